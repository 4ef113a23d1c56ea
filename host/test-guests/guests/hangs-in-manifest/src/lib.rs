//! Never gives its manifest.

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        loop {
            std::hint::black_box(1);
        }
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

temps_plugin_sdk::main!(Guest);
