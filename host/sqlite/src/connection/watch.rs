//! Ends a statement that has run for too long, that nobody waits for any more, or that writes too much.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::Error;
use crate::error::seconds;

/// Steps of SQLite's virtual machine between two looks at the clock: 400. They take some ten microseconds, and some ten milliseconds if
/// each reads the largest value that a statement may touch where others wait for it.
const STEPS: i32 = 400;

/// Looks at the clock between two looks at the log's size: some milliseconds' worth.
const LOOKS: u32 = 2560;

/// No job.
const NONE: u64 = 0;

/// What a connection's thread and those who wait for it have in common.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The job under way.
    current: AtomicU64,
    /// The job that nobody waits for any more.
    cancelled: AtomicU64,
    /// How the job under way may run, and how it was stopped.
    run: Mutex<Run>,
}

#[derive(Debug, Default)]
struct Run {
    until: Option<Instant>,
    time: Duration,
    /// It is run where others wait for it, and again elsewhere if it takes longer.
    brief: bool,
    stopped: Option<Stopped>,
}

/// Why a statement was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    Time,
    Brief,
    Cancelled,
    Log,
}

/// The write-ahead log of a database, and how large it may become.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    path: PathBuf,
    most: u64,
}

impl Log {
    pub(crate) fn of(database: &Path, most: usize) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self { path: path.into(), most: u64::try_from(most).unwrap_or(u64::MAX) }
    }

    /// Whether the log is over its size. One that cannot be looked at is not there.
    pub(crate) fn is_too_large(&self) -> bool {
        std::fs::symlink_metadata(&self.path).is_ok_and(|file| file.len() > self.most)
    }

    pub(crate) fn error(&self) -> Error {
        let bytes = self.most;
        Error::Full(format!(
            "the database's write-ahead log has more than {bytes} bytes: too much was written while somebody reads an old state"
        ))
    }
}

impl Watch {
    /// Lets `connection` look here while it runs. `log` is looked at too, on a connection that writes.
    pub(crate) fn install(self: &Arc<Self>, connection: &Connection, log: Option<Log>) -> Result<(), rusqlite::Error> {
        let watch = Arc::clone(self);
        let mut looks = 0;
        let look = move || {
            looks += 1;
            let writes_too_much = || looks % LOOKS == 0 && log.as_ref().is_some_and(Log::is_too_large);
            watch.must_stop(writes_too_much)
        };
        connection.progress_handler(STEPS, Some(look))
    }

    fn must_stop(&self, writes_too_much: impl FnOnce() -> bool) -> bool {
        let current = self.current.load(Ordering::Acquire);
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        let why = if current != NONE && self.cancelled.load(Ordering::Acquire) == current {
            Stopped::Cancelled
        } else if run.until.is_some_and(|until| Instant::now() >= until) {
            if run.brief { Stopped::Brief } else { Stopped::Time }
        } else if writes_too_much() {
            Stopped::Log
        } else {
            return false;
        };
        run.stopped = Some(why);
        true
    }

    /// A job begins.
    pub(crate) fn begin(&self, job: u64) {
        self.current.store(job, Ordering::Release);
    }

    /// The job has ended.
    pub(crate) fn end(&self) {
        self.current.store(NONE, Ordering::Release);
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Run::default();
    }

    /// The next statement may run until then.
    pub(crate) fn allow(&self, time: Duration, until: Instant) {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Run { until: Some(until), time, brief: false, stopped: None };
    }

    /// The next statement may run for this moment only.
    pub(crate) fn allow_briefly(&self, time: Duration) {
        let until = Some(Instant::now() + time);
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Run { until, time, brief: true, stopped: None };
    }

    /// Whether the last statement was stopped because its moment was over.
    pub(crate) fn was_cut_short(&self) -> bool {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).stopped == Some(Stopped::Brief)
    }

    /// Nobody waits for the job any more.
    pub(crate) fn cancel(&self, job: u64) {
        self.cancelled.store(job, Ordering::Release);
    }

    /// What to say of a statement that was interrupted.
    pub(crate) fn explain(&self, log: &Log) -> Error {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        match run.stopped {
            Some(Stopped::Log) => log.error(),
            Some(Stopped::Cancelled) => Error::Interrupted("nobody waits for the statement any more".to_owned()),
            Some(Stopped::Time | Stopped::Brief) | None => {
                Error::Interrupted(format!("the statement ran for more than {}", seconds(run.time)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_stops_at_its_time() {
        let watch = Watch::default();
        watch.allow(Duration::from_secs(5), Instant::now() + Duration::from_secs(5));
        assert!(!watch.must_stop(|| false));
        watch.allow(Duration::from_secs(5), Instant::now());
        assert!(watch.must_stop(|| false));
        let log = Log::of(Path::new("/nowhere/a.db"), 1);
        assert!(matches!(watch.explain(&log), Error::Interrupted(words) if words.contains("5 s")));
    }

    #[test]
    fn only_the_job_that_was_given_up_stops() {
        let watch = Watch::default();
        watch.begin(1);
        watch.cancel(1);
        assert!(watch.must_stop(|| false));
        watch.end();
        watch.begin(2);
        assert!(!watch.must_stop(|| false));
    }

    #[test]
    fn the_log_has_a_largest_size() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::of(&folder.path().join("a.db"), 10);
        assert!(!log.is_too_large());
        std::fs::write(folder.path().join("a.db-wal"), [0; 10]).unwrap();
        assert!(!log.is_too_large());
        std::fs::write(folder.path().join("a.db-wal"), [0; 11]).unwrap();
        assert!(log.is_too_large());
    }
}
