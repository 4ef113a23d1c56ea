//! What is watched from outside the store, since nothing inside it runs while the guest holds it: the time of `init`, an instance
//! that is held or lets no call in, and calls that were cancelled and go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep};

use super::calls::CallProgress;
use super::supervisor::Shared;
use super::{Failure, Job};
use crate::Limits;

/// Calls that were cancelled before the guest returned from them.
#[derive(Debug, Default)]
pub(crate) struct Cancelled {
    calls: Mutex<Vec<(Instant, Arc<CallProgress>)>>,
    added: Notify,
}

impl Cancelled {
    pub(crate) fn add(&self, progress: Arc<CallProgress>) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), progress));
        self.added.notify_one();
    }

    /// Forgets those that have returned, and counts those that have gone on for longer than `grace`. The second number is of all left.
    fn overdue(&self, grace: Duration) -> (usize, usize) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.retain(|(_, progress)| !progress.has_returned());
        let overdue = calls.iter().filter(|(since, _)| since.elapsed() >= grace).count();
        (overdue, calls.len())
    }

    /// The instance is gone, and every call with it.
    pub(crate) fn clear(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Resolves when more than `limits.stuck()` calls are stuck.
pub(crate) async fn stuck(shared: &Shared, limits: &Limits) -> Failure {
    let grace = limits.cancel_grace();
    loop {
        let (overdue, all) = shared.cancelled.overdue(grace);
        if overdue > limits.stuck() {
            return Failure::Stuck { count: overdue };
        }
        if all == 0 {
            shared.cancelled.added.notified().await;
        } else {
            sleep(grace / 4).await;
        }
    }
}

/// Resolves when the event loop has not got to a ping for the CPU budget and `limits.hold()`.
pub(crate) async fn held(shared: &Shared, limits: &Limits) -> Failure {
    let limit = limits.cpu_budget() + limits.hold();
    unanswered(shared, Job::Ping, limit).await;
    Failure::Held { limit }
}

/// Resolves when the guest has not let a call in for `limits.blocked()`.
pub(crate) async fn blocked(shared: &Shared, limits: &Limits) -> Failure {
    let limit = limits.blocked();
    unanswered(shared, Job::Enter, limit).await;
    Failure::Blocked { limit }
}

/// Resolves when a job has not been answered for `limit`. Only asks while there is something to do.
async fn unanswered(shared: &Shared, job: fn(oneshot::Sender<()>) -> Job, limit: Duration) {
    loop {
        sleep(limit / 4).await;
        if !shared.is_busy() {
            continue;
        }
        let (reply, answered) = oneshot::channel();
        if shared.send(job(reply)) && tokio::time::timeout(limit, answered).await.is_err() {
            return;
        }
    }
}

/// Resolves when `init` has taken too long. If it asked the platform, it may also wait for the host to open the channel.
pub(crate) async fn init_overdue(asked_platform: &AtomicBool, limits: &Limits) -> Failure {
    let mut limit = limits.init_time();
    sleep(limit).await;
    if asked_platform.load(Ordering::Relaxed) {
        sleep(limits.channel_time()).await;
        limit += limits.channel_time();
    }
    Failure::TimedOut { what: "init", limit }
}
