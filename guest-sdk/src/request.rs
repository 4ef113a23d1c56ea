//! What the SDK adds to a request.

/// Identifies a request in the launcher's log; unique within an instance. Every request carries it as an
/// [extension](axum::Extension).
///
/// It is not the platform's `x-temps-request-id`, which is a header.
///
/// ```
/// use axum::Extension;
/// use temps_plugin_sdk::RequestId;
///
/// async fn handler(Extension(id): Extension<RequestId>) -> String {
///     format!("request {}", id.0)
/// }
/// # let _ = axum::Router::<()>::new().route("/", axum::routing::get(handler));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// Why a request's body stopped before its end. It is the source of the [`axum::Error`] that the body gives then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestBodyError {
    /// The client went away, or the time for the request ran out.
    #[error("the client went away before the end of the request's body")]
    Aborted,
    /// The body could not be read on, with the launcher's words for why.
    #[error("the request's body could not be read: {0}")]
    Failed(String),
}
