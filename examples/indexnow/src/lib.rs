//! A Temps plugin that tells search engines of new and changed pages, by [IndexNow](https://www.indexnow.org/documentation).
//!
//! | Route | Does |
//! |---|---|
//! | `GET`, `PATCH /settings`, `POST /settings/key` | the plugin's settings; a new key |
//! | `GET`, `POST /sites`, `PATCH`, `DELETE /sites/{id}` | the sites whose pages are submitted |
//! | `POST /sites/{id}/scan`, `GET /sites/{id}/key` | looks for the site's pages; whether the site serves its key file |
//! | `GET`, `POST /submissions`, `GET /submissions/{id}`, `POST /submissions/{id}/retry` | what was submitted; submits, also again |
//! | `GET /suggestions`, `POST /suggestions/submit` | pages that are new, changed, or not submitted for long; submits them |
//! | `GET /projects` | the platform's projects, to choose from |
//! | `GET /key/{key}.txt`, `GET /{key}.txt` | the key file; the first needs no sign-in |
//!
//! # The key file
//!
//! An engine believes a submission for a host if that host serves the key: at `https://{host}/{key}.txt`, or where the site's *key location* says, on the same host.
//! A site of its own has to do that, with a file or by passing that path on to the plugin's public `/key/{key}.txt`.
//!
//! # What its operator allows
//!
//! The engine, which is among the manifest's wants, and each site: the plugin reads its pages. What is missing is said where it fails, in the interface too.
//!
//! ```toml
//! [network]
//! allow = ["https://api.indexnow.org", "https://shop.example.com"]
//! ```
//!
//! # Parts
//!
//! [`discovery`] finds a site's pages, [`indexnow`] is the protocol, [`store`] keeps everything in `indexnow.db`, [`work`] does in the background what is due
//! there, and goes on after a restart, [`deployments`] takes the events, and [`routes`] answer requests.

mod deployments;
mod discovery;
mod error;
mod indexnow;
mod openapi;
mod routes;
mod store;
mod types;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, patch, post};
use include_dir::include_dir;
use serde_json::Value;
use temps_plugin_sdk::http::Client;
use temps_plugin_sdk::prelude::*;
use tokio::sync::{Notify, OnceCell};

use crate::indexnow::Engine;
use crate::routes::{key, projects, settings, sites, submissions, suggestions};
use crate::store::Store;

/// The interface, as `build.rs` had it built.
static UI_DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web/dist");

/// What sites and engines see in their logs.
const USER_AGENT: &str = concat!("temps-indexnow/", env!("CARGO_PKG_VERSION"));

#[derive(Default)]
struct IndexNowPlugin {
    app: OnceCell<Arc<AppState>>,
}

/// What requests, events and background work share.
struct AppState {
    ctx: PluginContext,
    store: Store,
    client: Client,
    /// There may be a scan to do.
    scans: Notify,
    /// There may be a submission to send.
    submissions: Notify,
}

impl IndexNowPlugin {
    async fn app(&self, ctx: &PluginContext) -> Result<Arc<AppState>, StartError> {
        self.app.get_or_try_init(|| async { Ok(Arc::new(AppState::open(ctx).await?)) }).await.cloned()
    }
}

impl AppState {
    async fn open(ctx: &PluginContext) -> Result<Self, StartError> {
        let store = Store::open(ctx).await?;
        let client = Client::builder().user_agent(USER_AGENT).build()?;
        Ok(Self { ctx: ctx.clone(), store, client, scans: Notify::new(), submissions: Notify::new() })
    }
}

impl ExternalPlugin for IndexNowPlugin {
    fn manifest(&self) -> PluginManifest {
        let manifest = PluginManifest::builder("indexnow", env!("CARGO_PKG_VERSION"))
            .display_name("IndexNow")
            .description("Tells search engines of new and changed pages.")
            .requires_db(false)
            .nav(NavEntry {
                label: "IndexNow".into(),
                icon: "send".into(),
                section: NavSection::Platform,
                path: "/indexnow".into(),
                order: 80,
            })
            .event("deployment.succeeded")
            .public_path("/key/");
        let known = Engine::KNOWN.iter().filter_map(|engine| Some((engine.origin()?, engine.label())));
        known.fold(manifest, |manifest, (origin, label)| manifest.network(origin, format!("submits pages to {label}"))).build()
    }

    fn openapi_schema(&self) -> Option<Value> {
        Some(openapi::document())
    }

    fn ui(&self) -> Option<&'static Dir<'static>> {
        Some(&UI_DIST)
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/settings", get(settings::show).patch(settings::update))
            .route("/settings/key", post(settings::new_key))
            .route("/sites", get(sites::list).post(sites::create))
            .route("/sites/{id}", patch(sites::update).delete(sites::delete))
            .route("/sites/{id}/scan", post(sites::scan))
            .route("/sites/{id}/key", get(key::check))
            .route("/submissions", get(submissions::list).post(submissions::create))
            .route("/submissions/{id}", get(submissions::show))
            .route("/submissions/{id}/retry", post(submissions::retry))
            .route("/suggestions", get(suggestions::list))
            .route("/suggestions/submit", post(suggestions::submit))
            .route("/projects", get(projects::list))
            .route("/key/{file}", get(key::file))
            .route("/{file}", get(key::file))
            .with_state(self.app(&ctx).await?))
    }

    async fn on_start(&self, ctx: &PluginContext) -> Result<(), StartError> {
        work::start(&self.app(ctx).await?);
        Ok(())
    }

    async fn on_event(&self, ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        let app = self.app(ctx).await.map_err(|error| EventError::new(error.to_string()))?;
        Ok(deployments::take(&app, &event).await?)
    }
}

temps_plugin_sdk::main!(IndexNowPlugin);
