//! Answers with the headers that it was given.

use std::fmt::Write;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct ShowsHeaders;

impl ExternalPlugin for ShowsHeaders {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("shows-headers", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new().route("/ok", get(|| async { "ok" })).route("/headers", get(show)))
    }
}

async fn show(headers: HeaderMap) -> String {
    headers.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        text
    })
}

temps_plugin_sdk::main!(ShowsHeaders);
