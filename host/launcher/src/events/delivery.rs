use temps_plugin_inbox::{Due, Outcome, Said};
use temps_plugin_protocol::PluginEvent;

/// Whoever takes events in the end: the plugin.
pub(crate) trait Deliver: Clone + Send + Sync + 'static {
    /// Resolves once events can be delivered. They wait until then.
    fn ready(&self) -> impl Future<Output = ()> + Send;

    /// Hands over an event, and waits until it is done or its time is over: who implements this bounds it.
    fn deliver(&self, event: &PluginEvent, attempt: u32) -> impl Future<Output = Result<(), Undelivered>> + Send;
}

/// Why an event was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undelivered {
    /// The guest had it, and did not take it.
    #[error("{0}")]
    Failed(String),
    /// The guest never had it.
    #[error("{0}")]
    NotAsked(String),
}

/// Delivers one event, and says how that went.
pub(super) async fn deliver(guest: impl Deliver, due: Due) -> Said {
    let Due { sequence, event, attempt } = due;
    tracing::debug!(event = %event.id, event_type = %event.event_type, attempt, "event given to the plugin");
    let outcome = match guest.deliver(&event, attempt).await {
        Ok(()) => {
            tracing::debug!(event = %event.id, event_type = %event.event_type, attempt, "event delivered");
            Outcome::Done
        }
        Err(error) => {
            tracing::warn!(event = %event.id, event_type = %event.event_type, attempt, %error, "event not delivered");
            match error {
                Undelivered::Failed(reason) => Outcome::Failed(reason),
                Undelivered::NotAsked(reason) => Outcome::Interrupted(reason),
            }
        }
    };
    Said { sequence, attempt, outcome }
}
