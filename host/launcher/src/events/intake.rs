use std::sync::Arc;

use futures::future::BoxFuture;
use temps_plugin_protocol::{PluginEvent, PluginManifest};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// Where the channel and the HTTP server put events.
pub(crate) trait EventSink: Send + Sync + 'static {
    /// Takes an event: when it resolves with `Ok`, the event is on disk, or was there before. Else it says why not.
    fn take(&self, event: PluginEvent) -> BoxFuture<'_, Result<(), Refusal>>;

    /// Takes an event whose sender waits for nothing. It never blocks; why it was not taken is in the log, then or later.
    fn offer(&self, event: PluginEvent);
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
    /// It is not in the inbox.
    #[error(transparent)]
    Unavailable(#[from] PutError),
}

/// Why an event is not in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PutError {
    /// As many events as the inbox holds are waiting.
    #[error("the inbox is full")]
    Full,
    /// More events came at once than can be written.
    #[error("too many events came at once")]
    Busy,
    /// The inbox could not be written.
    #[error("{0}")]
    Failed(String),
    /// The launcher is stopping.
    #[error("the launcher is stopping")]
    Closed,
}

/// An event that is not on disk yet.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) event: Arc<PluginEvent>,
    /// Whoever waits until it is.
    pub(crate) reply: Option<oneshot::Sender<Result<(), PutError>>>,
}

/// The way to the keeper: only for events that the manifest subscribes to.
#[derive(Debug)]
pub(crate) struct Intake {
    manifest: Arc<PluginManifest>,
    keeper: mpsc::Sender<Incoming>,
}

impl Intake {
    pub(crate) fn new(manifest: Arc<PluginManifest>, keeper: mpsc::Sender<Incoming>) -> Self {
        Self { manifest, keeper }
    }

    fn send(&self, event: PluginEvent, reply: Option<oneshot::Sender<Result<(), PutError>>>) -> Result<(), Refusal> {
        if !self.manifest.subscribes_to(&event.event_type) {
            return Err(Refusal::NotSubscribed { event_type: event.event_type });
        }
        self.keeper.try_send(Incoming { event: Arc::new(event), reply }).map_err(|error| {
            Refusal::Unavailable(match error {
                TrySendError::Full(_) => PutError::Busy,
                TrySendError::Closed(_) => PutError::Closed,
            })
        })
    }
}

impl EventSink for Intake {
    fn take(&self, event: PluginEvent) -> BoxFuture<'_, Result<(), Refusal>> {
        Box::pin(async move {
            let (reply, taken) = oneshot::channel();
            self.send(event, Some(reply))?;
            Ok(taken.await.unwrap_or(Err(PutError::Closed))?)
        })
    }

    fn offer(&self, event: PluginEvent) {
        let (id, event_type) = (event.id.clone(), event.event_type.clone());
        match self.send(event, None) {
            Ok(()) => {}
            Err(reason @ Refusal::NotSubscribed { .. }) => {
                tracing::warn!(event = %id, event_type = %event_type, %reason, "an event from the channel was not taken");
            }
            Err(reason @ Refusal::Unavailable(_)) => {
                tracing::error!(event = %id, event_type = %event_type, %reason, "an event from the channel is lost");
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

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

    fn intake(capacity: usize) -> (Intake, mpsc::Receiver<Incoming>) {
        let manifest = PluginManifest::builder("p", "1.0.0").event("deployment.*").build();
        let (sender, receiver) = mpsc::channel(capacity);
        (Intake::new(Arc::new(manifest), sender), receiver)
    }

    #[tokio::test]
    async fn only_what_is_subscribed_to_is_taken() {
        let (intake, mut keeper) = intake(8);
        let refusal = intake.take(event("1", "project.created")).await.unwrap_err();
        assert_eq!(refusal, Refusal::NotSubscribed { event_type: "project.created".into() });
        intake.offer(event("2", "project.created"));
        intake.offer(event("3", "deployment.succeeded"));
        assert_eq!(keeper.recv().await.unwrap().event.id, "3");
        assert!(keeper.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_taker_waits_for_the_keepers_word() {
        let (intake, mut keeper) = intake(8);
        let (taken, ()) = tokio::join!(intake.take(event("1", "deployment.failed")), async {
            let incoming = keeper.recv().await.unwrap();
            incoming.reply.unwrap().send(Err(PutError::Full)).unwrap();
        });
        assert_eq!(taken.unwrap_err(), Refusal::Unavailable(PutError::Full));
    }

    #[tokio::test]
    async fn one_more_than_the_buffer_holds_is_refused_at_once() {
        let (intake, mut keeper) = intake(1);
        intake.offer(event("1", "deployment.failed"));
        let refusal = intake.take(event("2", "deployment.failed")).await.unwrap_err();
        assert_eq!(refusal, Refusal::Unavailable(PutError::Busy));
        keeper.recv().await.unwrap();
        intake.offer(event("3", "deployment.failed"));
        assert_eq!(keeper.recv().await.unwrap().event.id, "3");
        drop(keeper);
        let refusal = intake.take(event("4", "deployment.failed")).await.unwrap_err();
        assert_eq!(refusal, Refusal::Unavailable(PutError::Closed));
    }
}
