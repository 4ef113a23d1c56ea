//! Platform events and the subscriptions that select them.

mod known;
mod subscription;

pub use known::{EVENT_TYPES, UnknownEvent};
pub(crate) use subscription::pattern_matches;
pub use subscription::{Subscription, SubscriptionError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened on the platform.
///
/// The same JSON is posted to [`paths::EVENTS`](crate::paths::EVENTS) and pushed on the channel.
/// The host may deliver an event twice, and delivers none that occurs while the plugin is down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginEvent {
    /// Identifies the event, a UUID as text: a second delivery has the same id.
    pub id: String,
    /// The type, such as `deployment.succeeded`.
    pub event_type: String,
    /// When it happened, RFC 3339, kept as it came.
    pub timestamp: String,
    /// The project that it is about, if it is about one.
    #[serde(default)]
    pub project_id: Option<i32>,
    /// What depends on the type; `null` when the host sent nothing.
    #[serde(default)]
    pub data: Value,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn project_and_data_may_be_missing() {
        let bare = json!({"id": "1", "event_type": "a.b", "timestamp": "2026-01-01T00:00:00Z"});
        let event: PluginEvent = serde_json::from_value(bare).unwrap();
        assert_eq!((event.project_id, event.data), (None, Value::Null));
    }

    #[test]
    fn the_rest_may_not() {
        for field in ["id", "event_type", "timestamp"] {
            let mut event = json!({"id": "1", "event_type": "a.b", "timestamp": "2026-01-01T00:00:00Z"});
            event.as_object_mut().unwrap().remove(field);
            let error = serde_json::from_value::<PluginEvent>(event).unwrap_err();
            assert!(error.to_string().contains(field), "{error}");
        }
    }

    #[test]
    fn a_project_id_has_32_bits() {
        let event = |id: i64| json!({"id": "1", "event_type": "a.b", "timestamp": "", "project_id": id});
        for id in [i32::MIN, i32::MAX] {
            let read: PluginEvent = serde_json::from_value(event(id.into())).unwrap();
            assert_eq!(read.project_id, Some(id));
        }
        for id in [i64::from(i32::MIN) - 1, i64::from(i32::MAX) + 1] {
            assert!(serde_json::from_value::<PluginEvent>(event(id)).is_err(), "{id}");
        }
    }
}
