//! Does not come to an end.

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("hangs-in-shutdown", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }

    async fn on_shutdown(&self, _: &PluginContext) {
        std::future::pending().await
    }
}

temps_plugin_sdk::main!(Guest);
