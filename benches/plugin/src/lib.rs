//! The routes as a plugin.

#[path = "../../routes/store.rs"]
mod store;

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct BenchPlugin;

impl ExternalPlugin for BenchPlugin {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("bench", "0.1.0").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let db = ctx.database("bench").await?;
        store::seed(&db).await?;
        Ok(store::router(db))
    }
}

temps_plugin_sdk::main!(BenchPlugin);
