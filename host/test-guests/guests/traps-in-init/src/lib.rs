//! Panics while it is initialised: there is no tokio runtime.

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("traps-in-init", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        tokio::spawn(async {});
        Ok(Router::new())
    }
}

temps_plugin_sdk::main!(Guest);
