//! The guest's response: taken out of the store, then checked.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING, UPGRADE};
use http::{Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use wasmtime::StoreContextMut;

use super::GuestBody;
use super::body::{CancelGuard, Content};
use super::download::Download;
use crate::Limits;
use crate::bindings::{routes, types as wit};
use crate::instance::State;

/// A guest's response, out of its store. Its parts are not checked yet.
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    content: Content,
    permit: OwnedSemaphorePermit,
}

/// A response that cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error("status {0} is not between 200 and 599")]
    Status(u16),
    #[error("header name `{0}` is not valid")]
    HeaderName(String),
    #[error("the value of header `{0}` has bytes that no header may have")]
    HeaderValue(String),
    #[error("{count} headers, and {limit} are allowed")]
    HeaderCount { count: usize, limit: usize },
    #[error("{bytes} bytes of headers, and {limit} are allowed")]
    HeaderBytes { bytes: usize, limit: usize },
}

impl Answer {
    /// Takes the response out of the store, with the streams of its body connected.
    pub(crate) fn from_guest(
        response: routes::Response,
        permit: OwnedSemaphorePermit,
        store: StoreContextMut<'_, State>,
    ) -> wasmtime::Result<Self> {
        let content = match response.body {
            wit::Body::Empty => Content::Empty,
            wit::Body::Inline(bytes) => Content::Inline(Bytes::from(bytes)),
            wit::Body::Streamed(body) => Content::Streamed(Download::of(body, store)?),
        };
        Ok(Self { status: response.status, headers: response.headers, content, permit })
    }

    /// The response to send.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] if a part is not valid HTTP, or over a limit.
    pub(crate) fn into_response(self, limits: &Limits, guard: CancelGuard) -> Result<Response<GuestBody>, AnswerError> {
        // 1xx is hyper's own business, and switching protocols does not pass the host's proxy.
        let status = StatusCode::from_u16(self.status).ok().filter(|status| (200..600).contains(&status.as_u16()));
        let status = status.ok_or(AnswerError::Status(self.status))?;
        let headers = headers(self.headers, limits)?;
        let streamed = matches!(self.content, Content::Streamed(_));
        let body = GuestBody::of(self.content, streamed.then_some((guard, self.permit)));
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn headers(given: Vec<(String, Vec<u8>)>, limits: &Limits) -> Result<HeaderMap, AnswerError> {
    if given.len() > limits.response_headers() {
        return Err(AnswerError::HeaderCount { count: given.len(), limit: limits.response_headers() });
    }
    let bytes = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > limits.response_header_bytes() {
        return Err(AnswerError::HeaderBytes { bytes, limit: limits.response_header_bytes() });
    }
    let mut headers = HeaderMap::with_capacity(given.len());
    for (name, value) in given {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| AnswerError::HeaderName(printable(&name)))?;
        // The connection is the launcher's.
        if is_connection_header(&parsed) {
            continue;
        }
        let value = HeaderValue::from_maybe_shared(Bytes::from(value)).map_err(|_| AnswerError::HeaderValue(printable(&name)))?;
        headers.append(parsed, value);
    }
    // More than one length is how messages are smuggled; hyper counts what it sends.
    if headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
        headers.remove(CONTENT_LENGTH);
    }
    Ok(headers)
}

fn is_connection_header(name: &HeaderName) -> bool {
    *name == CONNECTION
        || *name == TRANSFER_ENCODING
        || *name == UPGRADE
        || matches!(name.as_str(), "keep-alive" | "proxy-connection" | "te" | "trailer")
}

/// A guest's text for a log line: short, and without control characters.
fn printable(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(list: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect()
    }

    #[test]
    fn a_name_may_occur_twice() {
        let headers = headers(given(&[("set-cookie", b"a"), ("set-cookie", b"b")]), &Limits::default()).unwrap();
        assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn the_connection_is_not_the_guests() {
        let list = [("connection", &b"close"[..]), ("transfer-encoding", b"chunked"), ("upgrade", b"h2c"), ("keep-alive", b"1")];
        assert!(headers(given(&list), &Limits::default()).unwrap().is_empty());
    }

    #[test]
    fn two_lengths_are_none() {
        let headers = headers(given(&[("content-length", b"1"), ("content-length", b"2")]), &Limits::default()).unwrap();
        assert!(headers.is_empty());
    }

    #[test]
    fn what_is_not_valid_is_named() {
        for (list, said) in [
            (&[("a b", &b""[..])][..], "`a b`"),
            (&[("", &b""[..])][..], "name ``"),
            (&[("x\ny", &b""[..])][..], "`x\\ny`"),
            (&[("x-y", &b"a\r\nb: c"[..])][..], "`x-y`"),
        ] {
            let error = headers(given(list), &Limits::default()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn headers_have_a_largest_count_and_size() {
        let limits = Limits::default().with_response_headers(2).with_response_header_bytes(10);
        assert!(headers(given(&[("a", b"1"), ("b", b"2")]), &limits).is_ok());
        assert!(headers(given(&[("a", b"1"), ("b", b"2"), ("c", b"3")]), &limits).is_err());
        assert!(headers(given(&[("abcde", b"12345")]), &limits).is_ok());
        assert!(headers(given(&[("abcde", b"123456")]), &limits).is_err());
    }
}
