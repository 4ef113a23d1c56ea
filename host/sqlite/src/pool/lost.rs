//! Statements that run on although they were told to stop: some of SQLite's work cannot be interrupted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::settings::GRACE;

/// The statements of a plugin's databases that were told to stop and have not ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    count: AtomicUsize,
    since: Mutex<Vec<(u64, Instant)>>,
}

impl Told {
    /// How many run on longer than it takes to stop.
    pub(super) fn lost(&self) -> usize {
        if self.0.count.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        let since = self.0.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.iter().filter(|(_, since)| since.elapsed() > GRACE).count()
    }

    /// A statement that begins.
    pub(super) fn begin(&self, job: u64) -> Underway {
        Underway { job, told: self.clone(), state: Arc::new(Mutex::new(State::Runs)) }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<(u64, Instant)>)) {
        let mut since = self.0.since.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut since);
        self.0.count.store(since.len(), Ordering::Relaxed);
    }
}

/// A statement under way, seen by its thread and by who waits for it.
#[derive(Debug, Clone)]
pub(super) struct Underway {
    job: u64,
    told: Told,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Runs,
    Told(Instant),
    Ended,
}

impl Underway {
    /// It was told to stop.
    pub(super) fn tell(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Runs) {
            let now = Instant::now();
            *state = State::Told(now);
            self.told.change(|since| since.push((self.job, now)));
        }
    }

    /// It has ended.
    pub(super) fn end(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Told(at) = std::mem::replace(&mut *state, State::Ended) {
            self.told.change(|since| since.retain(|(job, _)| *job != self.job));
            if at.elapsed() > GRACE {
                tracing::warn!(seconds = at.elapsed().as_secs(), "a statement has ended that was told to stop so long before");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_runs_on_is_lost() {
        let told = Told::default();
        let (ended, stops, runs_on) = (told.begin(1), told.begin(2), told.begin(3));
        ended.end();
        ended.tell();
        [&stops, &runs_on].iter().for_each(|statement| statement.tell());
        runs_on.tell();
        assert_eq!((told.lost(), told.0.count.load(Ordering::Relaxed)), (0, 2), "they have a moment to stop");
        stops.end();
        told.change(|since| since.iter_mut().for_each(|(_, since)| *since -= GRACE * 2));
        assert_eq!(told.lost(), 1);
        runs_on.end();
        assert_eq!((told.lost(), told.0.count.load(Ordering::Relaxed)), (0, 0));
    }
}
