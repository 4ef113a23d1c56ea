//! The socket's routes: the host's own, and the plugin's behind the signature.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use subtle::ConstantTimeEq;
use temps_plugin_protocol::{headers, paths};
use tower::ServiceExt;

use crate::channel::Channel;

/// What the socket's routes share.
#[derive(Clone)]
pub struct Server {
    pub secret: Arc<str>,
    pub channel: Arc<Channel>,
    /// The plugin's router, once it is made.
    pub router: Arc<OnceLock<Router>>,
}

impl Server {
    fn signed(&self, headers: &HeaderMap) -> bool {
        let signature = headers.get(headers::AUTH_SIGNATURE).map(|value| value.as_bytes()).unwrap_or_default();
        signature.ct_eq(self.secret.as_bytes()).into()
    }
}

pub fn app(server: Server) -> Router {
    Router::new().route("/health", get(|| async { "ok" })).route(paths::CHANNEL, get(channel)).fallback(plugin).with_state(server)
}

async fn channel(State(server): State<Server>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if server.signed(&headers) { upgrade.on_upgrade(async move |socket| server.channel.run(socket).await) } else { unsigned() }
}

async fn plugin(State(server): State<Server>, request: Request) -> Response {
    if !server.signed(request.headers()) {
        return unsigned();
    }
    match server.router.get() {
        Some(router) => router.clone().oneshot(request).await.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn unsigned() -> Response {
    let body = Body::from(r#"{"type":"about:blank","title":"Unauthorized","status":401}"#);
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}
