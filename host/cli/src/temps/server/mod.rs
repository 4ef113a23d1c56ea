//! What the local Temps serves on 127.0.0.1.
//!
//! | route | answers |
//! |---|---|
//! | `GET /` | browsers: a page with the plugins and what happens; others: a page of text that lists what is here |
//! | `GET /api/x/plugins` | the plugins, as JSON |
//! | `POST /_dev/events` | emits the event that the body describes ([`NewEvent`](super::NewEvent)), and answers with it |
//! | `GET /_dev/events/{id}` | what became of an event, by plugin |
//! | `GET`, `PUT`, `DELETE /_dev/fixtures` | the [`Fixtures`](super::Fixtures) in force; others until the end of the run; those it began with |
//! | `GET /_dev/stream` | what happens, as server-sent events: first what is kept, then as it comes |
//! | `GET /_dev/shell/{file}` | the parts of the page |
//! | `/api/x/{name}`, `/api/x/{name}/…` | the plugin, by proxy |
//!
//! Requests to another host name than that of this machine, and those that pages of other origins send, are refused: a
//! request acts as whom it likes, by default as an administrator.

mod emit;
mod fixtures;
mod identity;
mod index;
mod list;
mod origin;
mod outcome;
mod problem;
mod proxy;
mod shell;
mod stream;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::routing::{get, post};

pub use emit::DELIVERIES_HEADER;

use super::Shared;

/// Where events are emitted.
pub const EVENTS_PATH: &str = "/_dev/events";

/// Where the fixtures are.
pub const FIXTURES_PATH: &str = "/_dev/fixtures";

/// Where it is told what happens.
pub const STREAM_PATH: &str = "/_dev/stream";

/// Where the plugins are listed.
pub const PLUGINS_PATH: &str = "/api/x/plugins";

/// What the paths of plugins begin with.
pub const PROXY_PREFIX: &str = "/api/x/";

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(index::page))
        .route(PLUGINS_PATH, get(list::plugins))
        .route(EVENTS_PATH, post(emit::event))
        .route("/_dev/events/{id}", get(outcome::of_event))
        .route(FIXTURES_PATH, get(fixtures::show).put(fixtures::change).delete(fixtures::reset))
        .route(STREAM_PATH, get(stream::follow))
        .route("/_dev/shell/{file}", get(shell::part))
        .fallback(proxy::pass)
        .layer(from_fn(origin::check))
        .with_state(shared)
}

/// The path and query of a request, as they came.
fn target(request: &Request) -> &str {
    request.uri().path_and_query().map_or("/", |target| target.as_str())
}
