//! A Temps plugin that shows each thing that a plugin can do, once.
//!
//! | Route | Shows |
//! |---|---|
//! | `GET /hello/{id}`, `GET /hello?name=ann` | path and query extractors, JSON, configuration |
//! | `GET /greeted` | state that requests share |
//! | `POST /echo` | a body that streams in and out |
//! | `GET /stream?lines=5`, `GET /ticks` | a response that streams, server-sent events |
//! | `GET /sleep/{ms}` | waiting |
//! | `POST /jobs`, `GET /jobs/{id}` | a task that outlives its request |
//! | `GET /project/{id}` | a query to the platform |
//! | `GET /events` | what `on_event` has seen |
//!
//! The count of greetings, jobs and events are in the instance's memory, so the plugin is not [`stateless`](ExternalPlugin::stateless): a second instance would have its
//! own.

mod error;
mod events;
mod greetings;
mod jobs;
mod projects;
mod streams;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::routing::{get, post};
use temps_plugin_sdk::prelude::*;

use crate::events::EventLog;
use crate::jobs::Jobs;

/// The key of the operator's policy file.
const GREETING: &str = "greeting";

#[derive(Default)]
struct HelloPlugin {
    events: Arc<EventLog>,
}

/// What all requests share.
struct AppState {
    ctx: PluginContext,
    /// What the operator lets it greet with.
    greeting: String,
    greeted: AtomicU64,
    jobs: Arc<Jobs>,
    events: Arc<EventLog>,
}

impl ExternalPlugin for HelloPlugin {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("hello", env!("CARGO_PKG_VERSION"))
            .display_name("Hello")
            .description("Shows what a plugin can do.")
            .requires_db(false)
            .nav(NavEntry {
                label: "Hello".into(),
                icon: "hand".into(),
                section: NavSection::Platform,
                path: "/hello".into(),
                order: 50,
            })
            .event("deployment.succeeded")
            .config(ConfigKey::new(GREETING, "The word that names are greeted with").default_value("hello"))
            .build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        // Declared with a default, so it is there.
        let greeting = ctx.config(GREETING).unwrap_or_default();
        let state =
            Arc::new(AppState { ctx, greeting, greeted: AtomicU64::new(0), jobs: Arc::default(), events: self.events.clone() });
        Ok(Router::new()
            .route("/hello", get(greetings::by_name))
            .route("/hello/{id}", get(greetings::by_id))
            .route("/greeted", get(greetings::count))
            .route("/echo", post(streams::echo))
            .route("/stream", get(streams::lines))
            .route("/ticks", get(streams::ticks))
            .route("/sleep/{ms}", get(streams::sleep))
            .route("/jobs", post(jobs::start))
            .route("/jobs/{id}", get(jobs::progress))
            .route("/project/{id}", get(projects::project))
            .route("/events", get(events::list))
            .with_state(state))
    }

    async fn on_event(&self, _ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        if let EventKind::DeploymentSucceeded(deployment) = event.kind() {
            tracing::info!(id = event.id, project = deployment.project_id, "a deployment succeeded");
            self.events.remember(event).await;
        }
        Ok(())
    }

    async fn on_shutdown(&self, ctx: &PluginContext) {
        tracing::info!("{} stops", ctx.plugin_name());
    }
}

temps_plugin_sdk::main!(HelloPlugin);

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use temps_plugin_sdk::testing::TestPlugin;

    use super::*;

    #[tokio::test]
    async fn it_starts_with_a_valid_manifest() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        assert_eq!(plugin.manifest().name, "hello");
        assert!(plugin.manifest().subscribes_to("deployment.succeeded"));
        assert_eq!(plugin.get("/nowhere").await.unwrap().status(), StatusCode::NOT_FOUND);
        plugin.shutdown().await;
    }
}
