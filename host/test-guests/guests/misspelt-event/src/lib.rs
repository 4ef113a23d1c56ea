//! Subscribes to a type of event that no Temps sends, and has no handler for any.

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("misspelt-event", "0.1.0").event("deployment.suceeded").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

temps_plugin_sdk::main!(Guest);
