use std::sync::Arc;

use futures::future::BoxFuture;
use temps_plugin_protocol::{PluginEvent, PluginManifest};

use super::{Inbox, PutError};

/// Where the channel and the HTTP server put events.
pub(crate) trait EventSink: Send + Sync + 'static {
    /// Takes an event, or says why not.
    fn take(&self, event: PluginEvent) -> BoxFuture<'_, Result<(), Refusal>>;
}

/// Why an event was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The manifest does not ask for this type.
    #[error("the plugin does not subscribe to `{event_type}`")]
    NotSubscribed {
        /// The event's type.
        event_type: String,
    },
    /// There is no room, now.
    #[error(transparent)]
    Unavailable(#[from] PutError),
}

/// The way into an inbox: only for events that the manifest subscribes to.
#[derive(Debug)]
pub(crate) struct Intake<I> {
    manifest: Arc<PluginManifest>,
    inbox: Arc<I>,
}

impl<I: Inbox> Intake<I> {
    pub(crate) fn new(manifest: Arc<PluginManifest>, inbox: Arc<I>) -> Self {
        Self { manifest, inbox }
    }
}

impl<I: Inbox> EventSink for Intake<I> {
    fn take(&self, event: PluginEvent) -> BoxFuture<'_, Result<(), Refusal>> {
        Box::pin(async move {
            if !self.manifest.subscribes_to(&event.event_type) {
                return Err(Refusal::NotSubscribed { event_type: event.event_type });
            }
            Ok(self.inbox.put(event).await?)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::events::MemoryInbox;

    /// An event with nothing in it but its id and type.
    pub(crate) fn event(id: &str, event_type: &str) -> PluginEvent {
        PluginEvent {
            id: id.into(),
            event_type: event_type.into(),
            timestamp: "2026-01-01T00:00:00Z".into(),
            project_id: None,
            data: serde_json::Value::Null,
        }
    }

    #[tokio::test]
    async fn only_what_is_subscribed_to_is_taken() {
        let manifest = PluginManifest::builder("p", "1.0.0").event("deployment.*").build();
        let inbox = Arc::new(MemoryInbox::new(8));
        let intake = Intake::new(Arc::new(manifest), inbox.clone());
        intake.take(event("1", "deployment.succeeded")).await.unwrap();
        let refusal = intake.take(event("2", "project.created")).await.unwrap_err();
        assert_eq!(refusal, Refusal::NotSubscribed { event_type: "project.created".into() });
        assert_eq!(inbox.waiting(), 1);
    }
}
