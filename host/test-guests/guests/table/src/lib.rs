//! Declares its routes, all but one.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Table;

impl ExternalPlugin for Table {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("table", "0.1.0").build()
    }

    fn routes(&self) -> Vec<Route> {
        vec![Route::new("GET", "/ok"), Route::new("GET", "/items/{id}")]
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/items/{id}", get(|Path(id): Path<u32>| async move { format!("item {id}") }).post(|| async { "posted" }))
            .route("/hidden", get(|| async { "hidden" })))
    }
}

temps_plugin_sdk::main!(Table);
