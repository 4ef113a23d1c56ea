use temps_plugin_protocol::PluginEvent;

/// Where events wait for their delivery.
///
/// It decides how often an event is tried and what becomes of it after the last try; [`deliver_in_order`](super::deliver_in_order) tells
/// it how each try went. One task at a time calls [`next`](Self::next) and [`settle`](Self::settle); any number call [`put`](Self::put).
pub(crate) trait Inbox: Send + Sync + 'static {
    /// Takes an event behind those that wait. When it returns `Ok` the event is in the inbox's care, as far as that goes.
    fn put(&self, event: PluginEvent) -> impl Future<Output = Result<(), PutError>> + Send;

    /// The event whose turn it is, as soon as there is one; `None` once the inbox is closed and nothing waits. Until it is settled the
    /// inbox gives out no other.
    fn next(&self) -> impl Future<Output = Option<Delivery>> + Send;

    /// Says how the try went.
    fn settle(&self, delivery: Delivery, outcome: Outcome) -> impl Future<Output = ()> + Send;

    /// Refuses what is put from now on. What waits is still given out.
    fn close(&self);

    /// How many events wait, without the one that was given out.
    fn waiting(&self) -> usize;
}

/// An event that is given to the guest.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) event: PluginEvent,
    /// Which try this is, from 1.
    pub(crate) attempt: u32,
}

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The guest took the event.
    Done,
    /// It did not, or not in time.
    Failed,
}

/// Why an event was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PutError {
    /// As many events as the inbox holds are waiting.
    #[error("{waiting} events are waiting already")]
    Full {
        /// How many wait.
        waiting: usize,
    },
    /// The launcher is stopping.
    #[error("the launcher is stopping")]
    Closed,
}
