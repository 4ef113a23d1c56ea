//! Waits in the way that holds the instance.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Blocks;

impl ExternalPlugin for Blocks {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("blocks", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        let block = |ms: axum::extract::Path<u64>| async move {
            std::thread::sleep(Duration::from_millis(ms.0));
            "slept"
        };
        // Waits for one task, and for all others that are alive.
        let block_on = || async {
            temps_plugin_sdk::spawn(async {
                loop {
                    temps_plugin_sdk::time::sleep(Duration::from_millis(100)).await;
                }
            });
            wit_bindgen::block_on(async { "never" })
        };
        Ok(Router::new().route("/block-on", get(block_on)).route("/ok", get(|| async { "ok" })).route("/block/{ms}", get(block)))
    }
}

temps_plugin_sdk::main!(Blocks);
