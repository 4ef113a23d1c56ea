//! The clock that interrupts guest code: a thread that advances the engine's epoch, and rests while no guest runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{JoinHandle, park, park_timeout};
use std::time::Duration;

/// The time between two epochs: 5 ms. A guest that computes gives the thread back this often, so a health check behind one waits for
/// no more than a few of these; shorter ticks would cost wake-ups for nothing.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// Ticks without a guest after which the clock rests: 20, a tenth of a second. A plugin that nobody uses then costs no wake-ups, and one
/// under load does not wake the clock for each request.
const REST_AFTER: u32 = 20;

/// Advances an engine's epoch every [`TICK`] while guests run. It stops when it is dropped.
pub(crate) struct EpochClock {
    state: Arc<ClockState>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct ClockState {
    /// Guests that may be running.
    guests: AtomicUsize,
    /// The thread waits to be woken.
    resting: AtomicBool,
    stopped: AtomicBool,
}

impl EpochClock {
    pub(crate) fn start(tick: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let state = Arc::new(ClockState::default());
        let clock = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("epoch".into()).spawn(move || clock.run(tick))?;
        Ok(Self { state, thread: Some(thread) })
    }

    /// The clock ticks until the guard is dropped.
    pub(crate) fn running(&self) -> Running<'_> {
        // In one order with what the thread does before it rests: either it sees the guest, or the guest sees that it rests.
        self.state.guests.fetch_add(1, Ordering::SeqCst);
        if self.state.resting.load(Ordering::SeqCst) {
            self.wake();
        }
        Running(&self.state)
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl ClockState {
    fn run(&self, tick: impl Fn()) {
        let mut idle = 0;
        while !self.stopped.load(Ordering::SeqCst) {
            park_timeout(TICK);
            if self.guests.load(Ordering::SeqCst) > 0 {
                tick();
                idle = 0;
                continue;
            }
            idle += 1;
            if idle >= REST_AFTER {
                self.rest();
                idle = 0;
            }
        }
    }

    /// Waits for a guest, or for the end.
    fn rest(&self) {
        self.resting.store(true, Ordering::SeqCst);
        while self.guests.load(Ordering::SeqCst) == 0 && !self.stopped.load(Ordering::SeqCst) {
            park();
        }
        self.resting.store(false, Ordering::SeqCst);
    }
}

impl Drop for EpochClock {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // The thread runs nothing that panics, and there is nobody to tell if it did.
            drop(thread.join());
        }
    }
}

/// A guest that may be running.
pub(crate) struct Running<'a>(&'a ClockState);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.guests.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};

    use super::*;

    /// Longer than anything here takes on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn it_ticks_while_a_guest_runs_and_rests_otherwise() {
        let (ticked, ticks) = channel();
        let clock = EpochClock::start(move || ticked.send(()).unwrap_or_default()).unwrap();
        for _ in 0..3 {
            while !clock.state.resting.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            while ticks.try_recv().is_ok() {}
            assert_eq!(ticks.recv_timeout(TICK * 10), Err(RecvTimeoutError::Timeout), "it ticks for nobody");
            let running = clock.running();
            for _ in 0..5 {
                ticks.recv_timeout(PATIENCE).expect("it does not tick");
            }
            drop(running);
        }
    }

    #[test]
    fn it_ends_at_rest_and_at_work() {
        let (ticked, ticks) = channel();
        let clock = EpochClock::start(move || ticked.send(()).unwrap_or_default()).unwrap();
        while !clock.state.resting.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        drop(clock);
        assert_eq!(ticks.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected), "the thread goes on");

        let (ticked, ticks) = channel();
        let clock = EpochClock::start(move || ticked.send(()).unwrap_or_default()).unwrap();
        drop(clock.running());
        drop(clock);
        while ticks.recv_timeout(PATIENCE).is_ok() {}
    }
}
