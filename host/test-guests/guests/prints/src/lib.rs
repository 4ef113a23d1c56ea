//! Prints wherever it can: stdout is the protocol's.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Prints;

impl ExternalPlugin for Prints {
    fn manifest(&self) -> PluginManifest {
        println!("{{\"type\":\"manifest\",\"name\":\"forged\"}}");
        PluginManifest::builder("prints", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        println!("{{\"type\":\"ready\",\"ready\":true}}");
        let print = || async {
            println!("printed to stdout");
            eprintln!("printed to stderr");
            print!("no end of line");
            "printed"
        };
        Ok(Router::new().route("/ok", get(|| async { "ok" })).route("/print", get(print)))
    }
}

temps_plugin_sdk::main!(Prints);
