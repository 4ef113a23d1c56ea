//! Takes a route of the launcher.

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("takes-health", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new().route("/health", axum::routing::get(|| async { "mine" })))
    }
}

temps_plugin_sdk::main!(Guest);
