//! Its OpenAPI document has 1 MiB exactly, the most that is allowed.

use axum::Router;
use serde_json::{Value, json};
use temps_plugin_sdk::prelude::*;

const BYTES: usize = 1 << 20;

#[derive(Default)]
struct Guest;

fn document(description: &str) -> Value {
    json!({ "openapi": "3.1.0", "info": { "title": "Large", "version": "1", "description": description }, "paths": {} })
}

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("large-openapi", "0.1.0").build()
    }

    fn openapi_schema(&self) -> Option<Value> {
        let rest = document("").to_string().len();
        Some(document(&"x".repeat(BYTES - rest)))
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

temps_plugin_sdk::main!(Guest);
