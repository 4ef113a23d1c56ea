//! Asks the platform while it is initialised.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("asks-in-init", "0.1.0").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let name = ctx.temps().get_project(7).await?.name;
        Ok(Router::new().route("/name", get(|| async { name })))
    }
}

temps_plugin_sdk::main!(Guest);
