use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};

use super::{EVENTS_PATH, PLUGINS_PATH, PROXY_PREFIX, shell};
use crate::temps::{PluginState, Shared};

/// A browser's page, or text for everybody else.
pub(super) async fn page(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let wants_html =
        headers.get_all(header::ACCEPT).iter().any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")));
    let mut response = if wants_html { shell::page() } else { text(&shared).into_response() };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn text(shared: &Shared) -> String {
    let mut page = format!("A local Temps, protocol {}.\n\n", shared.options.protocol);
    for plugin in shared.plugins() {
        let state = match (plugin.state(), plugin.exit()) {
            (PluginState::Exited, _) if plugin.not_replaced().is_some() => "its new version did not start".to_owned(),
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
