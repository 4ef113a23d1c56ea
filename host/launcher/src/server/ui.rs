use bytes::Bytes;
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::Full;
use temps_plugin_protocol::paths;
use temps_plugin_runtime::ui::Ui;

use super::Gate;
use super::reply::{Reply, not_found, plain, wrong_method};

/// A path of the user interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// `/ui` itself.
    Top,
    /// What comes after `/ui/`.
    Below(&'a str),
}

impl<'a> Place<'a> {
    pub(super) fn of(path: &'a str) -> Option<Self> {
        if path == paths::UI { Some(Self::Top) } else { paths::below_ui(path).map(Self::Below) }
    }
}

/// A request without its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    pub(super) fn of<B>(request: &'a Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }
}

/// Answers without the guest, and whether it is initialised or not.
pub(super) async fn answer(ui: &Ui, gate: &Gate, place: Place<'_>, head: Head<'_>) -> Reply {
    if let Err(denied) = gate.admit_to_ui(head.headers) {
        tracing::debug!(path = head.uri.path(), reason = %denied, "request denied");
        return denied.reply();
    }
    if !matches!(*head.method, Method::GET | Method::HEAD) {
        return wrong_method("GET, HEAD");
    }
    match place {
        Place::Top => to_the_page(head.uri.query()),
        Place::Below(path) => match ui.answer(head.method, path, head.headers).await {
            Some(response) => response.map(Full::new),
            None => not_found(),
        },
    }
}

/// Relative, as the prefix that Temps takes off is not known here.
fn to_the_page(query: Option<&str>) -> Response<Full<Bytes>> {
    let location = query.map(|query| HeaderValue::try_from(format!("ui/?{query}")));
    let location = location.and_then(Result::ok).unwrap_or(HeaderValue::from_static("ui/"));
    let mut reply = plain(StatusCode::MOVED_PERMANENTLY, "");
    reply.headers_mut().insert(LOCATION, location);
    // A plugin of this name may have no interface tomorrow.
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    reply
}
