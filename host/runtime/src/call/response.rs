//! The guest's response: taken out of the store, then checked.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap};
use http::{Response, StatusCode};
use temps_plugin_protocol::hop_by_hop::is_hop_by_hop;
use temps_plugin_protocol::{HeaderBlockError, header_block};
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
    headers: Bytes,
    content: Content,
    permit: OwnedSemaphorePermit,
}

/// A response that cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error("status {0} is not between 200 and 599")]
    Status(u16),
    #[error(transparent)]
    Header(#[from] HeaderBlockError),
    #[error("more than {limit} headers")]
    HeaderCount { limit: usize },
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
        Ok(Self { status: response.status, headers: Bytes::from(response.headers), content, permit })
    }

    /// The response to send. Its headers are put into `map`, in place of what is in there: hyper keeps the map of a response for the connection's next request, and
    /// one that came with a request has the room for another.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] if a part is not valid HTTP, or over a limit.
    pub(crate) fn into_response(
        self,
        limits: &Limits,
        guard: CancelGuard,
        map: HeaderMap,
    ) -> Result<Response<GuestBody>, AnswerError> {
        // 1xx is hyper's own business, and switching protocols does not pass the host's proxy.
        let status = StatusCode::from_u16(self.status).ok().filter(|status| (200..600).contains(&status.as_u16()));
        let status = status.ok_or(AnswerError::Status(self.status))?;
        let headers = headers(self.headers, limits, map)?;
        let streamed = matches!(self.content, Content::Streamed(_));
        let body = GuestBody::of(self.content, streamed.then_some((guard, self.permit)));
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn headers(block: Bytes, limits: &Limits, mut headers: HeaderMap) -> Result<HeaderMap, AnswerError> {
    if block.len() > limits.response_header_bytes() {
        return Err(AnswerError::HeaderBytes { bytes: block.len(), limit: limits.response_header_bytes() });
    }
    let lines = header_block::decode(block);
    headers.clear();
    headers.reserve(lines.estimate());
    let mut lengths = 0;
    for (count, line) in lines.enumerate() {
        if count == limits.response_headers() {
            return Err(AnswerError::HeaderCount { limit: limits.response_headers() });
        }
        let (name, value) = line?;
        // The connection is the launcher's.
        if is_hop_by_hop(&name) {
            continue;
        }
        lengths += usize::from(name == CONTENT_LENGTH);
        headers.append(name, value);
    }
    // More than one length is how messages are smuggled; hyper counts what it sends.
    if lengths > 1 {
        headers.remove(CONTENT_LENGTH);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(list: &[(&str, &str)]) -> Bytes {
        list.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>().into()
    }

    fn headers(block: Bytes, limits: &Limits) -> Result<HeaderMap, AnswerError> {
        super::headers(block, limits, HeaderMap::new())
    }

    #[test]
    fn what_the_map_had_is_gone() {
        let request = [(CONTENT_LENGTH, http::HeaderValue::from_static("7"))].into_iter().collect();
        let headers = super::headers(given(&[("x-a", "1")]), &Limits::default(), request).unwrap();
        assert_eq!(
            headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect::<Vec<_>>(),
            [("x-a", &b"1"[..])]
        );
    }

    #[test]
    fn a_name_may_occur_twice() {
        let headers = headers(given(&[("set-cookie", "a"), ("set-cookie", "b")]), &Limits::default()).unwrap();
        assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn the_connection_is_not_the_guests() {
        let list = [("connection", "close"), ("transfer-encoding", "chunked"), ("upgrade", "h2c"), ("keep-alive", "1")];
        assert!(headers(given(&list), &Limits::default()).unwrap().is_empty());
    }

    #[test]
    fn two_lengths_are_none() {
        let headers = headers(given(&[("content-length", "1"), ("content-length", "2")]), &Limits::default()).unwrap();
        assert!(headers.is_empty());
    }

    #[test]
    fn what_is_not_valid_is_an_error() {
        let error = headers(given(&[("a b", "")]), &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("`a b`"), "{error}");
    }

    #[test]
    fn headers_have_a_largest_count_and_size() {
        // Each header has four bytes besides its name and value.
        let limits = Limits::default().with_response_headers(2).with_response_header_bytes(14);
        assert!(headers(given(&[("a", "1"), ("b", "2")]), &limits.clone().with_response_header_bytes(12)).is_ok());
        let error =
            headers(given(&[("a", "1"), ("b", "2"), ("c", "3")]), &limits.clone().with_response_header_bytes(18)).unwrap_err();
        assert!(matches!(error, AnswerError::HeaderCount { limit: 2 }), "{error}");
        assert!(headers(given(&[("abcde", "12345")]), &limits).is_ok());
        let error = headers(given(&[("abcde", "123456")]), &limits).unwrap_err();
        assert!(matches!(error, AnswerError::HeaderBytes { bytes: 15, limit: 14 }), "{error}");
    }
}
