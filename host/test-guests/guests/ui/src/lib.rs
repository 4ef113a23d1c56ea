//! Has a user interface, and a route beside it.

use axum::Router;
use axum::routing::get;
use include_dir::include_dir;
use temps_plugin_sdk::prelude::*;

static UI_DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web/dist");

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("ui", "0.1.0").build()
    }

    fn ui(&self) -> Option<&'static Dir<'static>> {
        Some(&UI_DIST)
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new().route("/greeting", get(async || "hello")).route("/{*rest}", get(async || "the guest's")))
    }
}

temps_plugin_sdk::main!(Guest);
