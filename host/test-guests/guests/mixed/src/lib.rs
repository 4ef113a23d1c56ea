//! Requests of every kind, for tests of many at once and of very many.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use bytes::Bytes;
use futures::stream;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::time::sleep;
use tokio::sync::Mutex;

#[derive(Default)]
struct Mixed;

#[derive(Default)]
struct Shared {
    lock: Mutex<u64>,
    in_background: std::sync::atomic::AtomicU64,
}

impl ExternalPlugin for Mixed {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("mixed", "0.1.0").event("project.*").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/echo", post(|body: Body| async { body }))
            .route("/collect", post(|body: Bytes| async move { body.len().to_string() }))
            .route("/ignore", post(|_: Body| async { "ignored" }))
            .route("/stream/{pieces}", get(pieces))
            .route("/fail", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "failed") }))
            .route("/wait/{ms}", get(wait))
            .route("/lock/{ms}", get(lock))
            .route("/background", post(background))
            .route("/background", get(in_background))
            .with_state(Arc::new(Shared::default())))
    }

    fn concurrent_events(&self) -> bool {
        true
    }

    async fn on_event(&self, _: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        match event.event_type.as_str() {
            "project.deleted" => Err("not this one".into()),
            "project.stuck" => std::future::pending().await,
            _ => Ok(()),
        }
    }
}

async fn pieces(Path(pieces): Path<u32>) -> Body {
    Body::from_stream(stream::iter((0..pieces).map(|n| Ok::<_, Infallible>(Bytes::from(vec![n as u8; 100])))))
}

async fn wait(Path(ms): Path<u64>) -> &'static str {
    sleep(Duration::from_millis(ms)).await;
    "waited"
}

async fn lock(State(shared): State<Arc<Shared>>, Path(ms): Path<u64>) -> String {
    let mut count = shared.lock.lock().await;
    sleep(Duration::from_millis(ms)).await;
    *count += 1;
    count.to_string()
}

async fn background(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.in_background.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    temps_plugin_sdk::spawn(async move {
        sleep(Duration::from_millis(1)).await;
        shared.in_background.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    });
    StatusCode::ACCEPTED
}

async fn in_background(State(shared): State<Arc<Shared>>) -> String {
    shared.in_background.load(std::sync::atomic::Ordering::Relaxed).to_string()
}

temps_plugin_sdk::main!(Mixed);
