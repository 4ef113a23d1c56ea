use serde::Serialize;
use serde_json::Value;
use temps_plugin_protocol::PluginEvent;

use super::{MAX_TEXT, cut, now};
use crate::temps::Delivery;

/// An event that was emitted, as the page gets it.
#[derive(Debug, Serialize)]
pub(super) struct EventRecord<'a> {
    /// Tells two emissions of one event.
    number: u64,
    id: &'a str,
    event_type: &'a str,
    timestamp: &'a str,
    project_id: Option<i32>,
    /// The data; the beginning of its JSON as text when it is long.
    data: Value,
    at: String,
    deliveries: Vec<DeliveryRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct DeliveryRecord<'a> {
    plugin: &'a str,
    delivered: bool,
    how: String,
}

impl<'a> EventRecord<'a> {
    pub(super) fn new(number: u64, event: &'a PluginEvent, deliveries: &'a [(String, Delivery)]) -> Self {
        let text = event.data.to_string();
        let deliveries = deliveries.iter().map(|(plugin, delivery)| DeliveryRecord {
            plugin,
            delivered: !matches!(delivery, Delivery::Failed(_)),
            how: cut(&delivery.to_string()),
        });
        Self {
            number,
            id: &event.id,
            event_type: &event.event_type,
            timestamp: &event.timestamp,
            project_id: event.project_id,
            data: if text.len() <= MAX_TEXT { event.data.clone() } else { cut(&text).into() },
            at: now(),
            deliveries: deliveries.collect(),
        }
    }
}
