//! Overflows its stack.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Recurses;

impl ExternalPlugin for Recurses {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("recurses", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new().route("/ok", get(|| async { "ok" })).route("/recurse", get(|| async { recurse(1).to_string() })))
    }
}

#[inline(never)]
#[expect(unconditional_recursion, reason = "that is what this guest is for")]
fn recurse(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    recurse(depth + 1) + here[1]
}

temps_plugin_sdk::main!(Recurses);
