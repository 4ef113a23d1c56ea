use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::worker::{Alive, next_number};
use super::{Lease, Told, Worker};
use crate::Error;
use crate::connection::{Opener, Side};

/// The connections of one side of a database, and who is next.
#[derive(Debug)]
pub(crate) struct Turns {
    opener: Opener,
    side: Side,
    permits: Arc<Semaphore>,
    idle: Mutex<Idle>,
    alive: Alive,
    told: Told,
}

/// The connections that wait for work.
#[derive(Debug, Default)]
struct Idle {
    workers: Vec<Worker>,
    /// The number from which on workers are kept: those before are of an instance that has ended.
    since: u64,
}

impl Turns {
    /// No connection is opened before it is needed.
    pub(crate) fn new(opener: Opener, side: Side, alive: Alive, told: Told) -> Arc<Self> {
        let count = match side {
            Side::Writer => 1,
            Side::Reader => opener.settings.readers(),
        };
        Arc::new(Self { opener, side, permits: Arc::new(Semaphore::new(count)), idle: Mutex::default(), alive, told })
    }

    /// Waits for a turn.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] if it does not come in time, and what opening a connection may fail with.
    pub(crate) async fn take(self: &Arc<Self>) -> Result<Lease, Error> {
        let wait = self.opener.settings.wait_time();
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => match timeout_at(Instant::now() + wait, Arc::clone(&self.permits).acquire_owned()).await {
                Ok(Ok(permit)) => permit,
                // Nobody closes the semaphore.
                Ok(Err(_)) => return Err(Error::Other("the database is closed".to_owned())),
                Err(_) => {
                    let what = match self.side {
                        Side::Writer => "another transaction has held the database",
                        Side::Reader => "other reads have held the database",
                    };
                    return Err(Error::waited(what, wait));
                }
            },
        };
        let worker = match self.idle_worker() {
            Some(worker) => worker,
            None => {
                Worker::spawn(self.opener.clone(), self.side, Arc::downgrade(self), self.alive.clone(), self.told.clone()).await?
            }
        };
        Ok(Lease::new(worker, Arc::clone(self), permit))
    }

    /// One that waits for work. Those whose thread has ended meanwhile are forgotten.
    fn idle_worker(&self) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.workers.pop()).find(Worker::is_alive)
    }

    /// Forgets the worker with this number if it is idle, so that nobody takes it any more. False if it is not.
    pub(super) fn retire(&self, number: u64) -> bool {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let before = idle.workers.len();
        idle.workers.retain(|worker| worker.number() != number);
        idle.workers.len() < before
    }

    pub(super) fn give_back(&self, worker: Worker) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // Another one's thread closes its connection when nobody has the worker any more.
        if worker.number() >= idle.since {
            idle.workers.push(worker);
        }
    }

    /// Keeps none of the connections that are open now.
    pub(crate) fn renew(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.since = next_number();
        let closed = std::mem::take(&mut idle.workers);
        drop(idle);
        drop(closed);
    }
}
