use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::Full;

/// An answer of the launcher's own.
pub(super) type Reply = Response<Full<Bytes>>;

/// When to try again what found no room: 1 s.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// An answer with a text, or with nothing.
pub(super) fn plain(status: StatusCode, text: &'static str) -> Reply {
    let mut reply = Response::new(Full::from(text));
    *reply.status_mut() = status;
    if !text.is_empty() {
        reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    reply
}

/// An error as `application/problem+json` (RFC 9457).
pub(super) fn problem(status: StatusCode, detail: impl AsRef<str>) -> Reply {
    let document = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail.as_ref(),
    });
    let mut reply = Response::new(Full::from(document.to_string()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    reply
}

/// 405, with the methods that there are.
pub(super) fn wrong_method(allowed: &'static str) -> Reply {
    with(problem(StatusCode::METHOD_NOT_ALLOWED, format!("only {allowed} here")), ALLOW, HeaderValue::from_static(allowed))
}

/// 404 for paths that belong to the protocol.
pub(super) fn not_found() -> Reply {
    problem(StatusCode::NOT_FOUND, "there is nothing at this path")
}

/// 503, for a while.
pub(super) fn unavailable(detail: impl AsRef<str>) -> Reply {
    with(problem(StatusCode::SERVICE_UNAVAILABLE, detail), RETRY_AFTER, RETRY_AFTER_SECONDS)
}

fn with(mut reply: Reply, name: HeaderName, value: HeaderValue) -> Reply {
    reply.headers_mut().insert(name, value);
    reply
}
