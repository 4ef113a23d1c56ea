//! Logs a million lines, in each way that there is, and one that is very long.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct FloodsLog;

const LINES: u32 = 1_000_000;

impl ExternalPlugin for FloodsLog {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("floods-log", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route(
                "/tracing",
                get(|| async {
                    for n in 0..LINES {
                        tracing::info!(n, "a line")
                    }
                }),
            )
            .route(
                "/stdout",
                get(|| async {
                    for n in 0..LINES {
                        println!("line {n}")
                    }
                }),
            )
            .route(
                "/stderr",
                get(|| async {
                    for n in 0..LINES / 10 {
                        eprintln!("line {n}")
                    }
                }),
            )
            .route("/long", get(|| async { tracing::info!("{}", "x".repeat(4 << 20)) }))
            .route("/long-stdout", get(|| async { print!("{}", "y".repeat(4 << 20)) })))
    }
}

temps_plugin_sdk::main!(FloodsLog);
