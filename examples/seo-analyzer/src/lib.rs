//! A Temps plugin that crawls sites and reports what keeps them from being found.
//!
//! | Route | Does |
//! |---|---|
//! | `GET /reports?site=&limit=` | audits, the newest first |
//! | `POST /reports` | begins one, of a URL or a project's site |
//! | `GET`, `DELETE /reports/{id}` | one, with what each check found and costs |
//! | `POST /reports/{id}/cancel` | ends one that is under way |
//! | `GET /reports/{id}/findings`, `/pages`, `/pages/{page}`, `/page?url=` | what was found, and where |
//! | `GET /reports/{id}/difference` | what changed since the audit before |
//! | `GET /reports/{id}/export.csv`, `/export.json` | all findings |
//! | `GET /checks` | what is looked for |
//! | `GET`, `PATCH /settings` | limits, politeness, whether deployments begin audits |
//! | `GET /projects`, `PUT`, `DELETE /sites/{project}` | the sites of projects |
//!
//! `/ui/` is the interface in `web/`, which the launcher serves. [`auditor`] works on reports in the background, with the crate `temps-seo-audit` and through [`web`]; [`events`] begins them after deployments; [`store`] keeps everything in
//! `seo.db`.

mod auditor;
mod error;
mod events;
mod openapi;
mod routes;
mod store;
mod types;
mod web;

use std::sync::Arc;

use axum::Router;
use include_dir::include_dir;
use serde_json::Value;
use temps_plugin_sdk::prelude::*;
use tokio::sync::OnceCell;

use crate::auditor::Auditor;
use crate::store::SeoStore;
use crate::web::Web;

static UI_DIST: Dir = include_dir!("$CARGO_MANIFEST_DIR/web/dist");

#[derive(Default)]
struct SeoAnalyzerPlugin {
    app: OnceCell<Arc<AppState>>,
}

/// What requests, events and the auditor share.
struct AppState {
    ctx: PluginContext,
    store: SeoStore,
    auditor: Arc<Auditor>,
}

impl SeoAnalyzerPlugin {
    async fn app(&self, ctx: &PluginContext) -> Result<Arc<AppState>, StartError> {
        let open = async || {
            let store = SeoStore::open(ctx).await?;
            let auditor = Arc::new(Auditor::new(store.clone(), Web::new()?));
            Ok::<_, StartError>(Arc::new(AppState { ctx: ctx.clone(), store, auditor }))
        };
        self.app.get_or_try_init(open).await.cloned()
    }
}

impl ExternalPlugin for SeoAnalyzerPlugin {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("seo-analyzer", env!("CARGO_PKG_VERSION"))
            .display_name("SEO Analyzer")
            .description("Crawls deployed sites and reports what keeps them from being found.")
            .requires_db(false)
            .nav(NavEntry {
                label: "SEO Analyzer".into(),
                icon: "search-check".into(),
                section: NavSection::Platform,
                path: "/seo-analyzer".into(),
                order: 60,
            })
            .network("*", "crawls the sites that it is told to, and those of deployments")
            .event("deployment.succeeded")
            .build()
    }

    fn openapi_schema(&self) -> Option<Value> {
        Some(openapi::document())
    }

    fn ui(&self) -> Option<&'static Dir<'static>> {
        Some(&UI_DIST)
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        Ok(routes::router(self.app(&ctx).await?))
    }

    async fn on_start(&self, ctx: &PluginContext) -> Result<(), StartError> {
        spawn(self.app(ctx).await?.auditor.clone().run());
        Ok(())
    }

    async fn on_event(&self, ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        let app = self.app(ctx).await.map_err(|error| EventError::new(error.to_string()))?;
        Ok(events::take(&app, &event).await?)
    }
}

temps_plugin_sdk::main!(SeoAnalyzerPlugin);
