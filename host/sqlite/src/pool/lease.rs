use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::{Turns, Worker};
use crate::Error;
use crate::connection::{Session, Statement};

/// A connection that is somebody's for the time being. Dropped, it is the next one's.
#[derive(Debug)]
pub(crate) struct Lease {
    worker: Option<Worker>,
    home: Arc<Turns>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(super) fn new(worker: Worker, home: Arc<Turns>, permit: OwnedSemaphorePermit) -> Self {
        Self { worker: Some(worker), home, _permit: permit }
    }

    /// The connection's thread.
    pub(crate) fn worker(&self) -> Option<&Worker> {
        self.worker.as_ref()
    }

    /// Runs `work` on the connection, which is free before the answer is there.
    pub(crate) async fn run<T: Send + 'static>(self, work: impl FnOnce(&mut Session) -> T + Send + 'static) -> Result<T, Error> {
        let Some(worker) = self.worker.clone() else {
            return Err(Error::Other("the connection is gone".to_owned()));
        };
        let lease = self;
        worker
            .run(move |session| {
                let done = work(session);
                drop(lease);
                done
            })
            .await
    }
}

impl Lease {
    /// Runs a statement: see [`Worker::run_statement`].
    pub(crate) async fn run_statement<T: Send + 'static>(
        self,
        statement: Arc<Statement>,
        work: impl Fn(&mut Session, &Statement) -> T + Send + 'static,
    ) -> Result<T, Error> {
        if let Some(done) = self.worker.as_ref().and_then(|worker| worker.try_quickly(&statement, &work)) {
            drop(self);
            tokio::task::consume_budget().await;
            return Ok(done);
        }
        self.run(move |session| session.timed(&statement, work)).await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            self.home.give_back(worker);
        }
    }
}
