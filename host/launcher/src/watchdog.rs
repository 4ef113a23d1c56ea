//! A thread that ends the process when its event loop no longer turns.
//!
//! The event loop serves the clients, runs the guest, and takes the signals. Nothing that is known holds it
//! for longer than 100 ms; a bug, a C function or a page of a slow disk could. Then nobody is answered, and
//! SIGTERM does nothing. This thread looks whether the loop turns, and takes the signals too.
//!
//! | the loop does not turn | and | the process |
//! |---|---|---|
//! | for [`Limits::stall`] | | ends |
//! | for [`STILL`] | it was asked to stop, and [`Limits::drain_time`] and [`GRACE`] are over | ends |
//! | for [`STILL`] | it was asked to stop twice | ends |
//!
//! It says why in the log. The threads of other instances have a runtime of their own, which is not watched.

use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::Builder;
use std::time::{Duration, Instant};

use humantime::format_duration;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use temps_plugin_runtime::Limits;

use crate::ExitStatus;
use crate::log::Log;
use crate::signals::Signals;

/// How long a loop that was asked to stop may give no sign of life: 1 s, ten times as long as it is held in the worst test.
const STILL: Duration = Duration::from_secs(1);

/// How long stopping may take beyond [`Limits::drain_time`]: 2 s. Hosts kill a plugin some seconds after they asked it to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// The longest pause between two turns that are counted: 5 s, so that an idle plugin stays idle.
const PAUSE: Duration = Duration::from_secs(5);

/// The same once the process was asked to stop: 100 ms.
const PAUSE_STOPPING: Duration = Duration::from_millis(100);

/// How often the turns are looked at in the time that the loop may not turn.
const LOOKS: u32 = 8;

/// What the process is ended for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Stalled {
    #[error("the event loop did not turn for {}: the process ends, as nobody is answered", format_duration(*limit))]
    Still { limit: Duration },
    #[error("the event loop does not turn, and did not stop within {}: the process ends", format_duration(*limit))]
    Stopping { limit: Duration },
    #[error("the event loop does not turn, and a second signal came: the process ends")]
    SecondSignal,
}

/// The turns of an event loop. The two threads share a number and no lock: one that the loop's thread holds would hold the watchdog too.
#[derive(Debug, Default)]
struct Turns(AtomicU64);

impl Turns {
    /// Counts a turn of the loop after each pause, which is short once a signal has come. It never ends.
    async fn count(self: Arc<Self>, mut pause: Duration, mut signals: Signals) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = signals.next() => pause = pause.min(PAUSE_STOPPING),
            }
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Watches the current event loop until the process ends.
///
/// # Errors
///
/// What the system says of the thread, or of the pipe for signals.
pub(crate) fn start(limits: &Limits, log: Log) -> io::Result<()> {
    let (signals, sender) = UnixStream::pair()?;
    signals.set_nonblocking(true)?;
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT] {
        signal_hook::low_level::pipe::register(signal, sender.try_clone()?)?;
    }
    let watch = Watch::new(limits, signals)?;
    Builder::new().name("watchdog".to_owned()).spawn(move || {
        let stalled = watch.until_stalled();
        tracing::error!(exit_code = ExitStatus::Stalled.code(), "{stalled}");
        log.close();
        #[expect(clippy::exit, reason = "whatever holds the event loop lets nothing else end the process")]
        std::process::exit(ExitStatus::Stalled.code().into());
    })?;
    Ok(())
}

struct Watch {
    stall: Duration,
    stop: Duration,
    /// The longest pause between two looks, and between two turns that are counted.
    pause: Duration,
    turns: Arc<Turns>,
    signals: UnixStream,
}

impl Watch {
    /// Begins to count the turns of the current loop.
    fn new(limits: &Limits, signals: UnixStream) -> io::Result<Self> {
        let (stall, turns) = (limits.stall(), Arc::new(Turns::default()));
        let pause = PAUSE.min(stall / LOOKS);
        tokio::spawn(Arc::clone(&turns).count(pause, Signals::take()?));
        Ok(Self { stall, stop: limits.drain_time() + GRACE, pause, turns, signals })
    }

    /// Returns once the loop has given no sign of life for too long.
    fn until_stalled(mut self) -> Stalled {
        let mut alive = Instant::now();
        let (mut came, mut seen) = (0, 0);
        let mut stop_by = None;
        loop {
            self.wait(if came > 0 { PAUSE_STOPPING.min(self.pause) } else { self.pause });
            let now = Instant::now();
            came += self.take_signals();
            if came > 0 && stop_by.is_none() {
                stop_by = Some(now + self.stop);
                // The turns before were counted at long pauses.
                alive = now;
            }
            let turns = self.turns.0.load(Ordering::Relaxed);
            if turns != seen {
                (alive, seen) = (now, turns);
                continue;
            }
            let still = now.duration_since(alive);
            if still >= self.stall {
                return Stalled::Still { limit: self.stall };
            }
            if still >= STILL && stop_by.is_some_and(|by| now >= by) {
                return Stalled::Stopping { limit: self.stop };
            }
            if still >= STILL && came > 1 {
                return Stalled::SecondSignal;
            }
        }
    }

    /// Waits for this time, or for a signal.
    fn wait(&self, time: Duration) {
        let timeout = Timespec { tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: time.subsec_nanos().into() };
        // What goes wrong with it, such as a signal, only makes the wait shorter.
        let _ = poll(&mut [PollFd::new(&self.signals, PollFlags::IN)], Some(&timeout));
    }

    /// How many signals came since the last time.
    fn take_signals(&mut self) -> usize {
        let mut bytes = [0; 16];
        self.signals.read(&mut bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

    use super::*;

    /// A watch over the current loop, and what it finds.
    fn watched(limits: &Limits) -> (UnixStream, Receiver<Stalled>) {
        let (signals, sender) = UnixStream::pair().unwrap();
        signals.set_nonblocking(true).unwrap();
        let watch = Watch::new(limits, signals).unwrap();
        let (found, finds) = channel();
        std::thread::spawn(move || found.send(watch.until_stalled()));
        (sender, finds)
    }

    fn limits(stall: u64) -> Limits {
        Limits::default().with_stall(Duration::from_millis(stall)).with_drain_time(Duration::from_millis(1))
    }

    #[tokio::test]
    async fn a_loop_that_turns_is_left_alone() {
        let (mut signals, finds) = watched(&limits(2000));
        tokio::time::sleep(Duration::from_millis(2500)).await;
        signals.write_all(b"XX").unwrap();
        tokio::time::sleep(STILL + Duration::from_millis(500)).await;
        assert_eq!(finds.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    }

    #[tokio::test]
    async fn signals_that_come_at_once_end_no_loop_that_turns() {
        let (mut signals, finds) = watched(&limits(60_000));
        // Its last turn is longer ago than a loop may be still that was asked to stop.
        tokio::time::sleep(STILL + Duration::from_millis(500)).await;
        signals.write_all(b"XX").unwrap();
        tokio::time::sleep(STILL / 2).await;
        assert_eq!(finds.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    }

    #[tokio::test]
    async fn one_that_is_held_for_its_limit_is_seen() {
        let (_signals, finds) = watched(&limits(400));
        tokio::task::yield_now().await;
        let began = Instant::now();
        // The thread of the loop waits here.
        let found = finds.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(found, Stalled::Still { limit: Duration::from_millis(400) });
        assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn one_that_is_held_and_asked_to_stop_is_seen_sooner() {
        let (mut signals, finds) = watched(&limits(60_000));
        tokio::task::yield_now().await;
        signals.write_all(b"X").unwrap();
        let found = finds.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(found, Stalled::Stopping { limit: GRACE + Duration::from_millis(1) });

        let (mut signals, finds) = watched(&limits(60_000).with_drain_time(Duration::from_secs(60)));
        tokio::task::yield_now().await;
        signals.write_all(b"XX").unwrap();
        assert_eq!(finds.recv_timeout(Duration::from_secs(20)).unwrap(), Stalled::SecondSignal);
    }
}
