use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::{Turns, Worker};
use crate::Error;
use crate::connection::{Session, Statement};

/// A connection that is somebody's for the time being. Dropped, it is the next one's.
#[derive(Debug)]
pub(crate) struct Lease {
    worker: Worker,
    home: Arc<Turns>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(super) fn new(worker: Worker, home: Arc<Turns>, permit: OwnedSemaphorePermit) -> Self {
        Self { worker, home, _permit: permit }
    }

    /// The connection's thread.
    pub(crate) fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Runs `work` on the connection, which is free before the answer is there.
    pub(crate) async fn run<T: Send + 'static>(self, work: impl FnOnce(&mut Session) -> T + Send + 'static) -> Result<T, Error> {
        let worker = self.worker.clone();
        worker
            .run(move |session| {
                let done = work(session);
                drop(self);
                done
            })
            .await
    }

    /// Runs a statement on the connection, which is free before the answer is there: see [`Worker::run_statement`].
    pub(crate) async fn run_statement<T: Send + 'static>(
        self,
        statement: Arc<Statement>,
        work: impl Fn(&mut Session, &Statement) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let worker = self.worker.clone();
        worker.run_statement(statement, self, work).await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.home.give_back(self.worker.clone());
    }
}
