//! What an instance is asked to do, by those who do not own it.

use std::sync::Arc;

use temps_plugin_protocol::PluginEvent;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use super::calls::AtWork;
use super::pending::Outcome;
use crate::call::{Answer, Caller, RequestBody, RequestHead};

/// A job for the instance that serves.
pub(crate) enum Job {
    Request(Box<RequestJob>),
    Event(Box<EventJob>),
    /// Answered when the instance's event loop gets to it: not while the guest holds the instance.
    Ping(oneshot::Sender<()>),
    /// Answered when the guest has let a call in and returned from it: not while it waits in a blocking call.
    Enter(oneshot::Sender<()>),
    /// Run `lifecycle.shutdown`, and end.
    Stop,
    /// What the instance holds right now.
    Stats(oneshot::Sender<crate::Stats>),
}

/// A request for the guest.
pub(crate) struct RequestJob {
    pub(crate) head: RequestHead,
    /// The user that it comes from, and until when the API may be called for that user.
    pub(crate) caller: Option<(Arc<Caller>, Instant)>,
    pub(crate) body: RequestBody,
    pub(crate) id: u64,
    pub(crate) at_work: AtWork,
    /// The request's place among those in flight, held until the guest has returned and its body is sent.
    pub(crate) permit: OwnedSemaphorePermit,
    pub(crate) reply: oneshot::Sender<Outcome<Answer>>,
}

/// An event for the guest.
pub(crate) struct EventJob {
    pub(crate) event: PluginEvent,
    /// Which delivery this is, from 1.
    pub(crate) attempt: u32,
    /// Resolves when the guest should let go; closes when that is no longer needed.
    pub(crate) at_work: AtWork,
    pub(crate) reply: oneshot::Sender<Outcome<Result<(), String>>>,
}
