//! Answers with what its operator tells it.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct TellsConfig;

impl ExternalPlugin for TellsConfig {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("tells-config", "0.1.0").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        tracing::debug!("a line for debugging");
        tracing::info!("a line of information");
        tracing::warn!("a warning");
        Ok(Router::new().route("/keys", get(keys)).route("/config/{key}", get(config)).with_state(ctx))
    }
}

async fn keys(State(ctx): State<PluginContext>) -> String {
    ctx.config_keys().join(",")
}

async fn config(State(ctx): State<PluginContext>, Path(key): Path<String>) -> Result<String, StatusCode> {
    ctx.config(&key).ok_or(StatusCode::NOT_FOUND)
}

temps_plugin_sdk::main!(TellsConfig);
