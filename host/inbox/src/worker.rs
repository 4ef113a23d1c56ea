//! The thread that a connection lives on, since it blocks.

use std::sync::mpsc;
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::InboxError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A connection and its thread. Dropped, it closes once it has done what it was asked.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: mpsc::Sender<Job>,
    /// Resolves when the connection is closed.
    closed: oneshot::Receiver<()>,
}

impl Worker {
    /// Starts the thread and opens the connection on it.
    pub(crate) async fn start(
        open: impl FnOnce() -> Result<Connection, InboxError> + Send + 'static,
    ) -> Result<Self, InboxError> {
        let (jobs, asked) = mpsc::channel::<Job>();
        let (opened, is_open) = oneshot::channel();
        let (close, closed) = oneshot::channel();
        let work = move || {
            match open() {
                Ok(mut db) => {
                    // Whoever waited for it may have given up.
                    drop(opened.send(Ok(())));
                    for job in asked {
                        job(&mut db);
                    }
                }
                Err(error) => drop(opened.send(Err(error))),
            }
            // Nobody may be waiting.
            let _ = close.send(());
        };
        thread::Builder::new().name("inbox".to_owned()).spawn(work).map_err(InboxError::Thread)?;
        is_open.await.unwrap_or(Err(InboxError::Panicked))?;
        Ok(Self { jobs, closed })
    }

    /// Does `work` after what was asked before.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, InboxError> + Send + 'static,
    ) -> Result<T, InboxError> {
        let (reply, answer) = oneshot::channel();
        let job = move |db: &mut Connection| drop(reply.send(work(db)));
        // A thread that is gone has dropped the job, which the answer shows.
        drop(self.jobs.send(Box::new(job)));
        answer.await.unwrap_or(Err(InboxError::Panicked))
    }

    /// Waits until everything is done and the connection is closed.
    pub(crate) async fn close(self) {
        let Self { jobs, closed } = self;
        drop(jobs);
        drop(closed.await);
    }
}
