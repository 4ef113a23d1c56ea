//! What an instance may hold open at once, so that it does not use up the process's descriptors and memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many of something may be held at once.
#[derive(Debug, Clone)]
pub(super) struct Allowance {
    most: usize,
    held: Arc<AtomicUsize>,
}

/// Some of an allowance, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    count: usize,
    of: Arc<AtomicUsize>,
}

impl Allowance {
    pub(super) fn new(most: usize) -> Self {
        Self { most, held: Arc::default() }
    }

    /// None if there are not as many left.
    pub(super) fn take(&self, count: usize) -> Option<Held> {
        let most = self.most;
        let fits = |held: usize| held.checked_add(count).filter(|held| *held <= most);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).ok()?;
        Some(Held { count, of: Arc::clone(&self.held) })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.of.fetch_sub(self.count, Ordering::Relaxed);
    }
}

/// What the guest's handles hold, by their number.
#[derive(Debug, Default)]
pub(super) struct ByHandle(HashMap<u32, Held>);

impl ByHandle {
    pub(super) fn insert(&mut self, handle: u32, held: Held) {
        self.0.insert(handle, held);
    }

    /// The handle is gone. It need not have held anything.
    pub(super) fn remove(&mut self, handle: u32) {
        self.0.remove(&handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_the_last_that_is_held() {
        let files = Allowance::new(3);
        let two = files.take(2).unwrap();
        let one = files.take(1).unwrap();
        assert!(files.take(1).is_none());
        assert!(files.take(usize::MAX).is_none());
        drop(two);
        assert!(files.take(3).is_none());
        let again = files.take(2).unwrap();
        drop((one, again));
        files.take(3).unwrap();
    }

    #[test]
    fn a_handle_gives_back_what_it_held() {
        let files = Allowance::new(1);
        let mut handles = ByHandle::default();
        handles.insert(7, files.take(1).unwrap());
        handles.remove(8);
        assert!(files.take(1).is_none());
        handles.remove(7);
        files.take(1).unwrap();
    }
}
