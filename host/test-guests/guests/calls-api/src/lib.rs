//! Says who a request comes from, and calls the platform's API as that user.

mod api;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::time::sleep;
use tokio::sync::Mutex;

#[derive(Default)]
struct CallsApi;

struct Shared {
    ctx: PluginContext,
    /// What the last call in the background gave.
    later: Mutex<Option<String>>,
    /// Callers that are kept beyond their requests.
    kept: Mutex<Vec<AuthenticatedCaller>>,
}

type App = State<Arc<Shared>>;

impl ExternalPlugin for CallsApi {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("calls-api", "0.1.0").capabilities([Capability::ApiRead, Capability::ApiWrite]).build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let shared = Arc::new(Shared { ctx, later: Mutex::default(), kept: Mutex::default() });
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/headers", get(headers))
            .route("/me", get(me))
            .route("/required", get(async |caller: AuthenticatedCaller| caller.id().to_string()))
            .route("/write", get(async |caller: AuthenticatedCaller| caller.require_permission("x:write").map(|()| "ok")))
            .route("/wait/{ms}", get(wait))
            .route("/keep", post(keep))
            .route("/forget", post(forget))
            .route("/trap", post(async || -> () { std::process::abort() }))
            .route("/get/{*path}", get(api::read))
            .route("/after/{ms}", get(api::after))
            .route("/later/{ms}", post(api::later))
            .route("/later", get(async |State(shared): App| shared.later.lock().await.clone().unwrap_or_default()))
            .route("/json/{bytes}", post(api::json))
            .route("/form/{bytes}", post(api::form))
            .route("/many/{calls}", get(api::many))
            .with_state(shared))
    }
}

async fn headers(headers: HeaderMap) -> String {
    headers.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        text
    })
}

async fn me(OptionalCaller(caller): OptionalCaller) -> String {
    match caller {
        Some(caller) => format!("{} {} {} {}", caller.id(), caller.email(), caller.role(), caller.permissions().join(" ")),
        None => "nobody".to_owned(),
    }
}

async fn wait(caller: AuthenticatedCaller, Path(ms): Path<u64>) -> String {
    sleep(Duration::from_millis(ms)).await;
    caller.id().to_string()
}

async fn keep(State(shared): App, caller: AuthenticatedCaller) {
    shared.kept.lock().await.push(caller);
}

async fn forget(State(shared): App) {
    shared.kept.lock().await.clear();
}

temps_plugin_sdk::main!(CallsApi);
