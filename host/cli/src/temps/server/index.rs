use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;

use super::{EVENTS_PATH, PLUGINS_PATH, PROXY_PREFIX};
use crate::temps::{PluginState, Shared};

pub(super) async fn page(State(shared): State<Arc<Shared>>) -> String {
    let mut page = format!("A local Temps, protocol {}.\n\n", shared.options.protocol);
    for plugin in shared.plugins() {
        let state = match (plugin.state(), plugin.exit()) {
            (PluginState::Exited, Some(exit)) => format!("ended with {exit}"),
            (PluginState::Exited, None) => "ended".to_owned(),
            (PluginState::Running, _) => "running".to_owned(),
            (PluginState::Disconnected, _) => "running, without a channel".to_owned(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(page, "  {PROXY_PREFIX}{}/   {} {}, {state}", plugin.name(), plugin.name(), plugin.manifest().version);
        if plugin.ready().has_ui {
            let _ = writeln!(page, "  {PROXY_PREFIX}{}/ui/   its user interface", plugin.name());
        }
    }
    let _ = writeln!(page, "  {PLUGINS_PATH}   the plugins as JSON");
    let _ = writeln!(page, "  POST {EVENTS_PATH}   emits an event: {{\"event_type\": \"deployment.succeeded\"}}");
    page
}
