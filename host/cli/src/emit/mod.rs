//! `temps-wasm emit`: an event for the plugins of a running local Temps.

use std::io;

use axum::body::Body;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use temps_plugin_protocol::PluginEvent;

use crate::client::{ClientError, ask_url};
use crate::temps::{DELIVERIES_HEADER, EVENTS_PATH, NewEvent};

/// The largest answer that is read: 4 MiB. An event comes back as it was sent, and the server takes no more than 2 MiB.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Why an event was not emitted.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// The URL is none.
    #[error("--url {url}: not a URL such as http://127.0.0.1:8081: {source}")]
    Url {
        /// What was given.
        url: String,
        /// Why.
        source: http::Error,
    },
    /// There is no local Temps at the URL.
    #[error("{source}; is `temps-wasm dev` running there? --url or --port take the address that it writes to stdout")]
    Unreachable {
        /// Why.
        source: ClientError,
    },
    /// The local Temps refused the event, or is something else.
    #[error("{url} answered {status}: {body}")]
    Refused {
        /// What was asked.
        url: String,
        /// The status.
        status: StatusCode,
        /// The beginning of the body.
        body: String,
    },
    /// The answer is no event.
    #[error("{url} answered with something that is no event: {reason}")]
    Answer {
        /// What was asked.
        url: String,
        /// Why.
        reason: String,
    },
    /// Stdout cannot be written.
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
}

/// An event that was emitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Emitted {
    /// The event, with what the local Temps added.
    pub event: PluginEvent,
    /// How it reached each plugin that subscribes to it; empty when none does.
    pub deliveries: Vec<String>,
}

/// The URL without its path, so that a plugin's address, which `dev` writes to stdout, does as well.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

/// Has the local Temps at `url` emit the event. A path in the URL does not count.
///
/// # Errors
///
/// [`EmitError`], all variants but `Stdout`.
pub async fn emit(url: &str, event: &NewEvent) -> Result<Emitted, EmitError> {
    let target = format!("{}{EVENTS_PATH}", origin(url));
    let answer = |reason: String| EmitError::Answer { url: target.clone(), reason };
    let body = serde_json::to_vec(event).map_err(|error| answer(error.to_string()))?;
    let request = Request::post(&target)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(header::CONTENT_LENGTH, body.len())
        .body(Body::from(body))
        .map_err(|source| EmitError::Url { url: url.to_owned(), source })?;
    let response = ask_url(request).await.map_err(|source| EmitError::Unreachable { source })?;

    let (head, body) = response.into_parts();
    let body =
        Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => answer(format!("more than {MAX_ANSWER} bytes")),
            None => answer(error.to_string()),
        })?;
    let body = body.to_bytes();
    if !head.status.is_success() {
        let body: String = String::from_utf8_lossy(&body).trim().chars().take(400).filter(|c| !c.is_control()).collect();
        return Err(EmitError::Refused { url: target, status: head.status, body });
    }
    let event = serde_json::from_slice(&body).map_err(|error| answer(error.to_string()))?;
    let deliveries = head.headers.get(DELIVERIES_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let deliveries = deliveries.split("; ").filter(|delivery| !delivery.is_empty()).map(str::to_owned).collect();
    Ok(Emitted { event, deliveries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugins_address_is_that_of_its_temps() {
        for url in ["http://127.0.0.1:8081", "http://127.0.0.1:8081/", "http://127.0.0.1:8081/api/x/greeter/"] {
            assert_eq!(origin(url), "http://127.0.0.1:8081");
        }
        assert_eq!((origin("127.0.0.1:1/a"), origin("")), ("127.0.0.1:1", ""));
    }
}
