//! How many fetches there may be at once, how many may wait, and with how much.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::{Error, Settings};

pub(super) struct Queue {
    places: Arc<Semaphore>,
    waiting: Semaphore,
    bytes: Semaphore,
}

impl Queue {
    pub(super) fn new(settings: &Settings) -> Self {
        let permits = |count: usize| count.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(permits(settings.at_once))),
            waiting: Semaphore::new(permits(settings.queue)),
            bytes: Semaphore::new(permits(settings.request_bytes)),
        }
    }

    /// Holds the bytes of a request, until it has been answered.
    pub(super) fn hold(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Error> {
        let bytes = u32::try_from(bytes).map_err(|_| Error::Overloaded)?;
        self.bytes.try_acquire_many(bytes).map_err(|_| Error::Overloaded)
    }

    /// A place among those at once, after a wait if there is room to wait.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let places = || Arc::clone(&self.places);
        if let Ok(place) = places().try_acquire_owned() {
            return Ok(place);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| Error::Overloaded)?;
        places().acquire_owned().await.map_err(|_| Error::Overloaded)
    }
}
