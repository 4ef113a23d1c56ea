use std::collections::VecDeque;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use temps_plugin_sdk::prelude::*;
use tokio::sync::Mutex;

use crate::AppState;

/// The most events that are remembered; the oldest makes room for the next.
const MAX_EVENTS: usize = 100;

/// The events that this instance has seen, oldest first. They are in memory only.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    seen: Mutex<VecDeque<PluginEvent>>,
}

impl EventLog {
    /// Remembers an event, unless it was delivered before.
    pub(crate) async fn remember(&self, event: PluginEvent) {
        let mut seen = self.seen.lock().await;
        if seen.iter().any(|known| known.id == event.id) {
            return;
        }
        if seen.len() >= MAX_EVENTS {
            seen.pop_front();
        }
        seen.push_back(event);
    }
}

pub(crate) async fn list(State(state): State<Arc<AppState>>) -> Json<VecDeque<PluginEvent>> {
    Json(state.events.seen.lock().await.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use temps_plugin_sdk::testing::{DeliverError, TestPlugin, fixture};

    use super::*;
    use crate::HelloPlugin;

    async fn seen(plugin: &TestPlugin) -> Vec<PluginEvent> {
        plugin.get("/events").await.unwrap().json().await.unwrap()
    }

    #[tokio::test]
    async fn an_event_is_remembered_once() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let event = fixture::deployment_succeeded(3, 7, 1);
        plugin.deliver(event.clone()).await.unwrap();
        plugin.deliver(event.clone()).await.unwrap();
        let unwanted = plugin.deliver(fixture::deployment_failed(4, 7, 1)).await;
        assert!(matches!(unwanted, Err(DeliverError::NotSubscribed { .. })));
        assert_eq!(seen(&plugin).await, [event]);
    }

    #[tokio::test]
    async fn the_oldest_event_makes_room() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let events: Vec<_> = (0..=MAX_EVENTS).map(|n| fixture::event("deployment.succeeded", json!(n))).collect();
        for event in &events {
            plugin.deliver(event.clone()).await.unwrap();
        }
        assert_eq!(seen(&plugin).await, events[1..]);
    }
}
