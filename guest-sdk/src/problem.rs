//! Answers of the SDK's own, as RFC 9457 writes them and as the launcher does.

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};
use serde_json::json;

static PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An answer with this status, whose reason is `detail`, and with further members.
pub(crate) fn problem(status: StatusCode, detail: &str, further: &[(&str, serde_json::Value)]) -> Response {
    let mut document =
        json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail });
    if let Some(members) = document.as_object_mut() {
        members.extend(further.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    let name: HeaderName = CONTENT_TYPE;
    response.headers_mut().insert(name, PROBLEM.clone());
    response
}
