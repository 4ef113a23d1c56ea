use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use temps_plugin_protocol::hop_by_hop::remove_hop_by_hop;
use temps_plugin_protocol::paths;
use temps_plugin_runtime::Caller;
use temps_plugin_runtime::ui::Ui;

use super::reply::{not_found, plain, problem, wrong_method};
use super::ui::Head;
use super::{Gate, channel, events, ui};
use crate::channel::Link;
use crate::events::EventSink;

/// Whoever answers the routes that are not the protocol's: the plugin.
pub(crate) trait Answer: Send + Sync + 'static {
    /// The body of an answer. Dropped before its end when the client goes away.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static;

    /// Answers a request of this verified caller. Dropped when the client goes away.
    fn answer(
        &self,
        request: Request<Incoming>,
        caller: Option<Arc<Caller>>,
    ) -> impl Future<Output = Response<Self::Body>> + Send;
}

/// What is served on the socket.
pub(crate) struct Site<G> {
    /// Where health checks are answered.
    pub(crate) health_path: String,
    /// Who may do what.
    pub(crate) gate: Gate,
    /// What the channel connects to.
    pub(crate) link: Arc<Link>,
    /// Where posted events, and those from the channel, go.
    pub(crate) events: Arc<dyn EventSink>,
    /// What is at and below `/ui`, if the plugin gave it away.
    pub(crate) ui: Option<Arc<Ui>>,
    /// Everything else.
    pub(crate) guest: G,
}

impl<G> std::fmt::Debug for Site<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("health_path", &self.health_path).field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl<G: Answer> Site<G> {
    /// The same with another guest.
    pub(crate) fn with_guest<H>(&self, guest: H) -> Site<H> {
        let Self { health_path, gate, link, events, ui, guest: _ } = self;
        let (health_path, gate, link) = (health_path.clone(), gate.clone(), link.clone());
        Site { health_path, gate, link, events: events.clone(), ui: ui.clone(), guest }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Either<Full<Bytes>, G::Body>> {
        let path = request.uri().path();
        let own = if path == self.health_path {
            health(request.method())
        } else if path == paths::CHANNEL {
            channel::open(&self.gate, &self.link, &self.events, request)
        } else if path == paths::EVENTS {
            events::post(&self.gate, &*self.events, request).await
        } else if path.starts_with(paths::RESERVED) {
            not_found()
        } else if !path.starts_with('/') {
            problem(StatusCode::BAD_REQUEST, "the request has no path")
        } else if let (Some(ui), Some(place)) = (&self.ui, ui::Place::of(path)) {
            ui::answer(ui, &self.gate, place, Head::of(&request)).await
        } else {
            return self.guest_route(request).await;
        };
        own.map(Either::Left)
    }

    async fn guest_route(&self, mut request: Request<Incoming>) -> Response<Either<Full<Bytes>, G::Body>> {
        let caller = match self.gate.admit_to_guest(request.headers_mut()) {
            Ok(caller) => caller.map(Arc::new),
            Err(denied) => {
                tracing::debug!(path = request.uri().path(), reason = %denied, "request denied");
                return denied.reply().map(Either::Left);
            }
        };
        remove_hop_by_hop(request.headers_mut());
        let head = request.method() == Method::HEAD;
        let mut response = self.guest.answer(request, caller).await;
        agree_on_length(&mut response, head);
        response.map(Either::Right)
    }
}

fn health(method: &Method) -> Response<Full<Bytes>> {
    match *method {
        Method::GET | Method::HEAD => plain(StatusCode::OK, "ok"),
        _ => wrong_method("GET, HEAD"),
    }
}

/// Takes away a `content-length` that is not the body's: hyper writes the right one, and would take the wrong one for a fault of ours. An
/// answer to HEAD may give the length of a body that it has not.
fn agree_on_length(response: &mut Response<impl Body>, head: bool) {
    let Some(claimed) = response.headers().get(CONTENT_LENGTH) else { return };
    let claimed = claimed.to_str().ok().and_then(|text| text.parse::<u64>().ok());
    let actual = response.body().size_hint().exact();
    let agrees = claimed.is_some() && (actual.is_none() || actual == claimed || (head && actual == Some(0)));
    if !agrees {
        tracing::warn!(?claimed, ?actual, "the plugin's response has a content-length that is not its body's");
        response.headers_mut().remove(CONTENT_LENGTH);
    }
}
