//! The routes as a plugin.

#[path = "../../routes/mod.rs"]
mod routes;

use axum::Router;
use include_dir::include_dir;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::{Project, TempsClient};

static UI_DIST: Dir<'_> = include_dir!("$OUT_DIR/dist");

#[derive(Default)]
struct BenchPlugin;

struct Platform(TempsClient);

impl routes::Projects for Platform {
    type Project = Project;

    async fn get(&self, id: i32) -> Result<Project, String> {
        self.0.get_project(id).await.map_err(|error| error.to_string())
    }
}

impl ExternalPlugin for BenchPlugin {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("bench", "0.1.0").requires_db(false).build()
    }

    /// All that it has is in the database.
    fn stateless(&self) -> bool {
        true
    }

    fn ui(&self) -> Option<&'static Dir<'static>> {
        Some(&UI_DIST)
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let db = ctx.database("bench").await?;
        routes::seed(&db).await?;
        Ok(routes::router(routes::State { db, projects: Platform(ctx.temps().clone()) }))
    }
}

temps_plugin_sdk::main!(BenchPlugin);
