//! Declares keys of each kind, and answers with what its operator tells it.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct NeedsConfig;

impl ExternalPlugin for NeedsConfig {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("needs-config", "0.1.0")
            .config(ConfigKey::new("api_key", "The key of the mail service").required().secret())
            .config(ConfigKey::new("sender", "The address that mail comes from").required())
            .config(ConfigKey::new("region", "The region to send from").default_value("eu"))
            .config(ConfigKey::new("reply_to", "The address that answers go to"))
            .build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        tracing::info!("the guest is initialised");
        Ok(Router::new().route("/keys", get(keys)).route("/config/{key}", get(config)).with_state(ctx))
    }
}

async fn keys(State(ctx): State<PluginContext>) -> String {
    ctx.config_keys().join(",")
}

async fn config(State(ctx): State<PluginContext>, Path(key): Path<String>) -> Result<String, StatusCode> {
    ctx.config(&key).ok_or(StatusCode::NOT_FOUND)
}

temps_plugin_sdk::main!(NeedsConfig);
