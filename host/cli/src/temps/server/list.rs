use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use temps_plugin_protocol::PluginManifest;

use crate::temps::{Plugin, PluginState, Shared};

#[derive(Debug, Serialize)]
pub(super) struct Entry {
    name: String,
    version: String,
    state: PluginState,
    protocol: u32,
    /// How the process ended, if it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<String>,
    has_ui: bool,
    manifest: PluginManifest,
}

impl From<&Plugin> for Entry {
    fn from(plugin: &Plugin) -> Self {
        Self {
            name: plugin.name().to_owned(),
            version: plugin.manifest().version.clone(),
            state: plugin.state(),
            protocol: plugin.protocol().number(),
            exit: plugin.exit().map(|exit| exit.to_string()),
            has_ui: plugin.ready().has_ui,
            manifest: plugin.manifest().clone(),
        }
    }
}

pub(super) async fn plugins(State(shared): State<Arc<Shared>>) -> Json<Vec<Entry>> {
    Json(shared.plugins().iter().map(Entry::from).collect())
}
