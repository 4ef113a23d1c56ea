use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State as Extract, WebSocketUpgrade};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use futures::StreamExt as _;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use temps_plugin_protocol::{PlatformCall, PluginEvent, ProtocolVersion, headers, paths};
use tokio::sync::{Mutex, Notify, mpsc, oneshot, watch};

use crate::channel::{Question, serve};
use crate::script::Script;

pub(crate) struct State {
    pub(crate) version: ProtocolVersion,
    secret: String,
    refuses_channel: bool,
    hangs_channel: bool,
    started_with: Value,
    asks: mpsc::Sender<Question>,
    pub(crate) questions: Mutex<mpsc::Receiver<Question>>,
    pub(crate) hang_up: Notify,
    events: watch::Sender<Vec<Value>>,
    step: Notify,
    arrived: Notify,
    dropped: Notify,
}

impl State {
    pub(crate) fn new(version: ProtocolVersion, secret: String, script: &Script, started_with: Value) -> Self {
        let (asks, questions) = mpsc::channel(100);
        Self {
            version,
            secret,
            refuses_channel: script.refuses_channel,
            hangs_channel: script.hangs_channel,
            started_with,
            asks,
            questions: Mutex::new(questions),
            hang_up: Notify::new(),
            events: watch::Sender::default(),
            step: Notify::new(),
            arrived: Notify::new(),
            dropped: Notify::new(),
        }
    }

    pub(crate) fn took(&self, event: Value) {
        self.events.send_modify(|events| events.push(event));
    }

    fn is_signed(&self, given: &HeaderMap) -> bool {
        given.get(headers::AUTH_SIGNATURE).is_some_and(|signature| signature == self.secret.as_str())
    }
}

type Shared = Extract<Arc<State>>;

pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route(paths::CHANNEL, get(channel))
        .route(paths::EVENTS, post(event))
        .route("/started-with", get(|Extract(state): Shared| async move { Json(state.started_with.clone()) }))
        .route("/call", post(call))
        .route("/events/{count}", get(events))
        .route("/hang-up", post(|Extract(state): Shared| async move { state.hang_up.notify_one() }))
        .route("/echo", any(|request: Request| async move { request.into_body() }))
        .route("/steps", get(steps).post(|Extract(state): Shared| async move { state.step.notify_one() }))
        .route("/held", get(held))
        .route("/arrived", get(|Extract(state): Shared| async move { state.arrived.notified().await }))
        .route("/dropped", get(|Extract(state): Shared| async move { state.dropped.notified().await }))
        .route("/print", post(print))
        .route("/exit", post(exit))
        .fallback(seen)
        .with_state(state)
}

/// What the plugin gets of a request.
async fn seen(request: Request) -> Json<Value> {
    let headers: BTreeMap<&str, &str> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    Json(json!({"method": request.method().as_str(), "target": request.uri().to_string(), "headers": headers}))
}

async fn channel(Extract(state): Shared, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if state.refuses_channel || (state.version == ProtocolVersion::V2 && !state.is_signed(&headers)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if state.hangs_channel {
        std::future::pending::<()>().await;
    }
    upgrade.on_upgrade(move |socket| serve(socket, state))
}

async fn event(Extract(state): Shared, given: HeaderMap, Json(event): Json<PluginEvent>) -> StatusCode {
    let trusted = match state.version {
        ProtocolVersion::V1 => {
            given.get(headers::AUTH).is_some_and(|secret| secret == state.secret.as_str()) && !given.contains_key(headers::PLUGIN)
        }
        ProtocolVersion::V2 => state.is_signed(&given),
    };
    if !trusted {
        return StatusCode::UNAUTHORIZED;
    }
    state.took(json!({"via": "http", "event": event}));
    StatusCode::OK
}

/// The events so far, as soon as there are so many.
async fn events(Extract(state): Shared, Path(count): Path<usize>) -> Json<Value> {
    let events = state.events.subscribe().wait_for(|events| events.len() >= count).await.unwrap().clone();
    Json(events.into())
}

/// Passes a question on to the host, and the outcome back.
async fn call(Extract(state): Shared, Json(call): Json<PlatformCall>) -> Json<Value> {
    let (answer, outcome) = oneshot::channel();
    state.asks.send(Question { call, answer }).await.unwrap();
    Json(match outcome.await.unwrap() {
        Ok(result) => json!({"ok": result}),
        Err(error) => json!({"err": error}),
    })
}

/// Two pieces, of which the second comes when a POST asks for it.
async fn steps(Extract(state): Shared) -> Response {
    let first = futures::stream::once(async { Ok::<_, std::io::Error>(Bytes::from("data: 1\n\n")) });
    let second = futures::stream::once(async move {
        state.step.notified().await;
        Ok(Bytes::from("data: 2\n\n"))
    });
    ([("content-type", "text/event-stream")], Body::from_stream(first.chain(second))).into_response()
}

struct Tells(Arc<State>);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

/// Tells that it was asked, answers never, and tells when nobody waits any more.
async fn held(Extract(state): Shared) {
    state.arrived.notify_one();
    let _tells = Tells(state);
    std::future::pending::<()>().await;
}

/// Writes a line to stdout, and says whether it could.
async fn print() -> StatusCode {
    match writeln!(std::io::stdout(), "printed by the plugin") {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::GONE,
    }
}

async fn exit() {
    eprintln!("ending as asked");
    std::process::exit(3);
}
