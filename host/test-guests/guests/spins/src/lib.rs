//! Computes without end, and for a while.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Spins;

impl ExternalPlugin for Spins {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("spins", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/spin", get(|| async { spin(u64::MAX) }))
            .route("/compute/{rounds}", get(|rounds: axum::extract::Path<u64>| async move { spin(rounds.0) })))
    }
}

fn spin(rounds: u64) -> String {
    let mut x = 1u64;
    for _ in 0..rounds {
        x = std::hint::black_box(x.wrapping_mul(31).wrapping_add(1));
    }
    x.to_string()
}

temps_plugin_sdk::main!(Spins);
