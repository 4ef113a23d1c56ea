//! The calls under way, as those who wait for them and the guest's own question see them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Request ids: unique in the process, so that a log over several instances stays clear.
static NEXT_REQUEST: AtomicU64 = AtomicU64::new(1);

/// Where one call stands.
#[derive(Debug, Default)]
pub(crate) struct CallProgress {
    returned: AtomicBool,
    cancelled: AtomicBool,
    changed: Notify,
}

impl CallProgress {
    /// Whether the guest has returned from the call, or its instance is gone.
    pub(crate) fn has_returned(&self) -> bool {
        self.returned.load(Ordering::Acquire)
    }

    /// Nobody waits for it any more.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Resolves when nobody waits for it any more.
    pub(crate) async fn cancelled(&self) {
        let changed = self.changed.notified();
        if !self.cancelled.load(Ordering::Acquire) {
            changed.await;
        }
    }
}

/// A call that the guest works on. Dropped, the guest has returned from it, or its instance is gone.
#[derive(Debug)]
pub(crate) struct AtWork(pub(crate) Arc<CallProgress>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.returned.store(true, Ordering::Release);
    }
}

/// The requests that are not over, by id. Each stays until the last byte of its answer's body is taken.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<HashMap<u64, Arc<CallProgress>>>);

impl Calls {
    /// Takes up a request, under an id of its own.
    pub(crate) fn add(&self, progress: Arc<CallProgress>) -> u64 {
        let id = NEXT_REQUEST.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(id, progress);
        id
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<CallProgress>> {
        self.lock().get(&id).cloned()
    }

    pub(crate) fn remove(&self, id: u64) {
        self.lock().remove(&id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<CallProgress>>> {
        // No code that holds the lock can leave the map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
