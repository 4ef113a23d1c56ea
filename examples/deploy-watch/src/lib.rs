//! A Temps plugin that records what becomes of deployments, and redeploys on request.
//!
//! | Route | Does |
//! |---|---|
//! | `GET /deployments?project=&limit=` | the deployments that events told of, the newest first |
//! | `GET /deployments/{id}` | one, with its events |
//! | `POST /deployments/{id}/redeploy` | deploys the same commit again, as the caller, who needs `deployments:write` |
//!
//! [`watch`] takes the events, [`store`] keeps them in `deployments.db`, [`routes`] answer requests, and [`openapi`] describes them. Of an event
//! nothing is kept twice: it may be delivered again.

mod error;
mod openapi;
mod routes;
mod store;
mod types;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use serde_json::Value;
use temps_plugin_sdk::prelude::*;
use tokio::sync::OnceCell;

use crate::routes::{deployments, redeploy};
use crate::store::{DeploymentStore, StoreError};

#[derive(Default)]
struct DeployWatchPlugin {
    store: OnceCell<DeploymentStore>,
}

/// What all requests share.
struct AppState {
    ctx: PluginContext,
    store: DeploymentStore,
}

impl DeployWatchPlugin {
    /// The store that requests and events share.
    async fn store(&self, ctx: &PluginContext) -> Result<DeploymentStore, StoreError> {
        self.store.get_or_try_init(|| DeploymentStore::open(ctx)).await.cloned()
    }
}

impl ExternalPlugin for DeployWatchPlugin {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("deploy-watch", env!("CARGO_PKG_VERSION"))
            .display_name("Deploy Watch")
            .description("Records what becomes of deployments, and redeploys on request.")
            .requires_db(false)
            .nav(NavEntry {
                label: "Deploy Watch".into(),
                icon: "rocket".into(),
                section: NavSection::Platform,
                path: "/deploy-watch".into(),
                order: 70,
            })
            .event("deployment.*")
            .capability(Capability::ApiWrite)
            .build()
    }

    fn openapi_schema(&self) -> Option<Value> {
        Some(openapi::document())
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let store = self.store(&ctx).await?;
        Ok(Router::new()
            .route("/deployments", get(deployments::list))
            .route("/deployments/{id}", get(deployments::show))
            .route("/deployments/{id}/redeploy", post(redeploy::redeploy))
            .with_state(Arc::new(AppState { ctx, store })))
    }

    async fn on_event(&self, ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        Ok(watch::take(ctx, &self.store(ctx).await?, &event).await?)
    }
}

temps_plugin_sdk::main!(DeployWatchPlugin);
