//! Platform events, and what is known of the data of each type.
//!
//! | Type | [`EventKind`] | Its data |
//! |---|---|---|
//! | `deployment.created`, `.succeeded`, `.failed`, `.cancelled`, `.ready` | `DeploymentCreated`, … | [`DeploymentEvent`] |
//! | `project.created`, `.deleted` | `ProjectCreated`, `ProjectDeleted` | [`ProjectEvent`] |
//! | `domain.created`, `.provisioned` | `DomainCreated`, `DomainProvisioned` | [`DomainEvent`] |
//! | any other | `Other` | [`PluginEvent::data`], as it came |
//!
//! ```
//! use temps_plugin_sdk::prelude::*;
//!
//! fn describe(event: &PluginEvent) -> String {
//!     match event.kind() {
//!         EventKind::DeploymentSucceeded(deployment) => format!("live at {}", deployment.url.as_deref().unwrap_or("an unknown place")),
//!         EventKind::DeploymentFailed(deployment) => format!("failed: {}", deployment.error_message.as_deref().unwrap_or("no reason given")),
//!         _ => event.event_type.clone(),
//!     }
//! }
//! # let event = temps_plugin_sdk::testing::fixture::deployment_succeeded(1, 7, 3);
//! # assert!(describe(&event).starts_with("live at https://"));
//! ```
//!
//! # Delivery
//!
//! The launcher keeps events on disk. It hands over one at a time, in the order in which they came (unless the plugin says
//! [`concurrent_events`](crate::ExternalPlugin::concurrent_events)), and takes it as delivered when [`on_event`](crate::ExternalPlugin::on_event) has
//! returned `Ok`. An error, a trap, or taking longer than 30 s, when the handler's future is dropped, means that the same event is delivered again later: up to
//! 8 times with growing pauses, while the next event waits. After the last it is the operator's, with `temps-wasm events`. Time, tries and pauses are limits that
//! the operator can set.
//!
//! So an event may come more than once, with the same [`id`](PluginEvent::id): make the handler idempotent, for instance by a unique column
//! with the id.
//!
//! What the handler spawns and does not await is not part of the delivery: if the instance ends before it is done, nobody repeats it.

mod data;
mod field;
mod kind;

pub use data::{DeploymentEvent, DomainEvent, ProjectEvent};
pub use kind::EventKind;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened on the platform.
///
/// A plugin gets one from the launcher. A test makes one with [`PluginEvent::fixture`], or with a
/// function of [`testing::fixture`](crate::testing::fixture), which has one for each type, and changes the
/// public fields of what it gets. A struct literal does not compile: [`attempt`](Self::attempt) is the
/// launcher's to count.
///
/// Its JSON is that of the host, in both directions. It does not hold [`attempt`](Self::attempt): an event that is read from JSON is a first delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginEvent {
    /// Identifies the event, a UUID as text: a delivery that is repeated has the same id.
    pub id: String,
    /// The type, such as `deployment.succeeded`.
    pub event_type: String,
    /// When it happened, RFC 3339, kept as it came.
    pub timestamp: String,
    /// The project that it is about, if it is about one.
    #[serde(default)]
    pub project_id: Option<i32>,
    /// What depends on the type, as it came; `null` when the host sent nothing. [`kind`](Self::kind) reads what is known of it.
    #[serde(default)]
    pub data: Value,
    #[serde(skip, default = "first")]
    attempt: u32,
}

fn first() -> u32 {
    1
}

impl PluginEvent {
    /// The type together with its data, as far as this SDK knows them. It never fails: see [`EventKind`].
    #[must_use]
    pub fn kind(&self) -> EventKind {
        EventKind::of(self)
    }

    /// Which delivery of this event this is, from 1. Above 1, an earlier one failed, or was not known to have succeeded.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    pub(crate) fn with_attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }
}

/// A first delivery.
impl From<temps_plugin_protocol::PluginEvent> for PluginEvent {
    fn from(event: temps_plugin_protocol::PluginEvent) -> Self {
        let temps_plugin_protocol::PluginEvent { id, event_type, timestamp, project_id, data } = event;
        Self { id, event_type, timestamp, project_id, data, attempt: first() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn its_json_is_the_hosts() {
        let wire = json!({"id": "1", "event_type": "a.b", "timestamp": "then", "project_id": 7, "data": {"x": [1, null]}});
        let event: PluginEvent = serde_json::from_value(wire.clone()).unwrap();
        let same: temps_plugin_protocol::PluginEvent = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(PluginEvent::from(same), event);
        assert_eq!(event.attempt(), 1);
        assert_eq!(serde_json::to_value(event.with_attempt(2)).unwrap(), wire);
        let bare: PluginEvent = serde_json::from_value(json!({"id": "1", "event_type": "a.b", "timestamp": "then"})).unwrap();
        assert_eq!((bare.project_id, bare.data), (None, Value::Null));
    }
}
