//! Its OpenAPI document is not valid.

use axum::Router;
use serde_json::{Value, json};
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("bad-openapi", "0.1.0").build()
    }

    fn openapi_schema(&self) -> Option<Value> {
        Some(json!({ "openapi": "3.1.0", "info": { "title": "Bad" }, "paths": {} }))
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

temps_plugin_sdk::main!(Guest);
