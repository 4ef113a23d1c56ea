//! The CPU budget: how long guest code may compute without going idle.
//!
//! An epoch deadline counts wall-clock ticks, so an instance that slept is past it at its next entry. Here each tick that interrupts
//! guest code makes it yield, and counts; the count begins anew when the event loop found nothing left to do, or a call ended.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use futures::task::AtomicWaker;

use wasmtime::{Store, UpdateDeadline};

use super::State;
use crate::Engine;
use crate::clock::TICK;

/// The guest has used up its budget.
#[derive(Debug, thiserror::Error)]
#[error("it computed for {} without going idle, which is its CPU budget", humantime::format_duration(*.0))]
pub(crate) struct BudgetExceeded(Duration);

/// Counts the ticks that a store's guest code was interrupted by.
#[derive(Debug, Clone, Default)]
pub(crate) struct CpuMeter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    /// Ticks since the guest last was idle.
    ticks: AtomicU64,
    /// Whether a tick made the guest yield in the poll under way.
    yielded: AtomicBool,
}

impl CpuMeter {
    /// Interrupts `store` at each tick, and traps it past `budget`.
    pub(crate) fn install(&self, store: &mut Store<State>, budget: Duration) {
        let counters = Arc::clone(&self.0);
        let most = u64::try_from(budget.as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX).max(1);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            counters.yielded.store(true, Ordering::Relaxed);
            if counters.ticks.fetch_add(1, Ordering::Relaxed) >= most {
                return Err(BudgetExceeded(budget).into());
            }
            Ok(UpdateDeadline::Yield(1))
        });
    }

    /// The guest made progress: a call ended.
    pub(crate) fn progressed(&self) {
        self.0.ticks.store(0, Ordering::Relaxed);
    }

    /// Runs a store's event loop, with the clock ticking while it does, and notices when it goes idle. A loop that has more to do, such as a guest that
    /// was interrupted, goes on after everybody else who is ready, and after sockets and timers: a scheduler that has it ready at once looks at
    /// those only now and then.
    pub(crate) async fn watch<F: Future>(&self, engine: &Engine, event_loop: F) -> F::Output {
        let mut event_loop = pin!(event_loop);
        let turn = Arc::new(Turn::default());
        let waker = Waker::from(Arc::clone(&turn));
        std::future::poll_fn(|cx| {
            let _running = engine.running();
            self.0.yielded.store(false, Ordering::Relaxed);
            turn.begin(cx.waker());
            let polled = event_loop.as_mut().poll(&mut Context::from_waker(&waker));
            let woken = turn.end();
            if polled.is_pending() {
                let yielded = self.0.yielded.load(Ordering::Relaxed);
                if !yielded {
                    self.progressed();
                }
                if yielded || woken {
                    go_on_later(cx);
                }
            }
            polled
        })
        .await
    }
}

/// Has the task polled again when everybody else had a turn.
fn go_on_later(cx: &mut Context<'_>) {
    let later = pin!(tokio::task::yield_now());
    // The first poll only says so to the scheduler.
    let _ = later.poll(cx).is_pending();
}

/// The waker of an event loop, which keeps what comes while the loop is polled: to be polled at once is not what it is to get then.
#[derive(Default)]
struct Turn {
    task: AtomicWaker,
    polled: AtomicBool,
    woken: AtomicBool,
}

impl Turn {
    fn begin(&self, task: &Waker) {
        self.task.register(task);
        // Whoever woke it before this poll is served by it.
        self.woken.store(false, Ordering::SeqCst);
        self.polled.store(true, Ordering::SeqCst);
    }

    /// Whether the loop was woken meanwhile.
    fn end(&self) -> bool {
        self.polled.store(false, Ordering::SeqCst);
        self.woken.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // In one order with `end`: either it finds the flag, or the loop is found to be polled no more.
        self.woken.store(true, Ordering::SeqCst);
        if !self.polled.load(Ordering::SeqCst) {
            self.task.wake();
        }
    }
}
