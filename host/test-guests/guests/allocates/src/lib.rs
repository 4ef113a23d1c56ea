//! Allocates without end.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Allocates;

impl ExternalPlugin for Allocates {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("allocates", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new().route("/ok", get(|| async { "ok" })).route("/allocate", get(allocate)))
    }
}

async fn allocate() -> String {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1u8; 1 << 20]);
        std::hint::black_box(&kept);
    }
}

temps_plugin_sdk::main!(Allocates);
