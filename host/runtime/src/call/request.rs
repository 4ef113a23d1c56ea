//! A request as the guest gets it.

use bytes::Bytes;
use futures::TryStreamExt;
use http::header::{CONTENT_LENGTH, EXPECT};
use http::{HeaderMap, request};
use http_body::Body;
use http_body_util::BodyExt;
use temps_plugin_protocol::header_block;
use wasmtime::StoreContextMut;
use wasmtime::component::{FutureReader, StreamReader};

use super::linger::Lingering;
use super::upload::Upload;
use crate::bindings::types as wit;
use crate::instance::State;

/// An error of a body, as hyper and axum give it.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// A body whose type does not matter.
pub(crate) type AnyBody = http_body_util::combinators::UnsyncBoxBody<Bytes, BodyError>;

/// Method, path and headers. It can be made again from the request's parts for a second try.
pub(crate) struct RequestHead {
    pub(crate) method: String,
    pub(crate) path_with_query: String,
    pub(crate) headers: Vec<u8>,
}

impl RequestHead {
    pub(crate) fn new(parts: &request::Parts) -> Self {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let headers = header_block::encode(&parts.headers);
        Self { method: parts.method.as_str().to_owned(), path_with_query: path.to_owned(), headers }
    }
}

/// A body, decided before the guest is asked.
pub(crate) enum RequestBody {
    Empty,
    Inline(Bytes),
    Streamed(AnyBody),
}

impl RequestBody {
    /// Reads a body whose length is known and at most `inline` bytes; all others will be streamed. A client that waits for
    /// `100 Continue` gets it when the guest reads.
    ///
    /// # Errors
    ///
    /// The client's, if it goes away in the middle of a small body.
    pub(crate) async fn of<B>(body: B, headers: &HeaderMap, inline: usize) -> Result<Self, BodyError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        if body.is_end_stream() {
            return Ok(Self::Empty);
        }
        let exact = body.size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok());
        let known = exact.is_some() && headers.contains_key(CONTENT_LENGTH);
        if known && exact.is_some_and(|bytes| bytes <= inline) && !headers.contains_key(EXPECT) {
            let bytes = body.collect().await.map_err(Into::into)?.to_bytes();
            return Ok(if bytes.is_empty() { Self::Empty } else { Self::Inline(bytes) });
        }
        let body = body.map_err(Into::into).boxed_unsync();
        // A client that waits for `100 Continue` has sent nothing yet, and would be told to.
        if headers.contains_key(EXPECT) {
            return Ok(Self::Streamed(body));
        }
        Ok(Self::Streamed(Lingering::new(body).boxed_unsync()))
    }

    /// The same body again, if it can be had.
    pub(crate) fn again(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Inline(bytes) => Some(Self::Inline(bytes.clone())),
            Self::Streamed(_) => None,
        }
    }

    /// The body in the guest's terms.
    pub(crate) fn into_guest(self, mut store: StoreContextMut<'_, State>) -> wasmtime::Result<wit::Body> {
        Ok(match self {
            Self::Empty => wit::Body::Empty,
            Self::Inline(bytes) => wit::Body::Inline(bytes.into()),
            Self::Streamed(body) => {
                // Without trailers, which guests do not get.
                let (upload, ended) = Upload::new(body.into_data_stream().map_err(|error| {
                    tracing::debug!(%error, "the request's body broke off");
                    wit::BodyError::Aborted
                }));
                let content = StreamReader::new(&mut store, upload)?;
                let end = FutureReader::new(&mut store, async move {
                    Ok::<_, wasmtime::Error>(ended.await.unwrap_or(Err(wit::BodyError::Aborted)))
                })?;
                wit::Body::Streamed(wit::BodyStream { content, end })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{Empty, Full};

    use super::*;

    /// A body of this many bytes, as a client sends it: with its length, and perhaps waiting for leave.
    async fn classified(bytes: usize, limit: usize, expect: bool) -> RequestBody {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_LENGTH, bytes.into());
        if expect {
            headers.insert(EXPECT, http::HeaderValue::from_static("100-continue"));
        }
        RequestBody::of(Full::new(Bytes::from(vec![0; bytes])), &headers, limit).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_held_in_memory_is_bounded() {
        assert!(matches!(classified(100, 100, false).await, RequestBody::Inline(bytes) if bytes.len() == 100));
        assert!(matches!(classified(101, 100, false).await, RequestBody::Streamed(_)));
    }

    #[tokio::test]
    async fn a_client_that_waits_for_leave_is_not_read_yet() {
        assert!(matches!(classified(1, 100, true).await, RequestBody::Streamed(_)));
    }

    #[tokio::test]
    async fn a_body_without_a_length_is_streamed() {
        let body = RequestBody::of(Full::new(Bytes::from_static(b"x")), &HeaderMap::new(), 100).await.unwrap();
        assert!(matches!(body, RequestBody::Streamed(_)));
        let none = RequestBody::of(Empty::<Bytes>::new(), &HeaderMap::new(), 100).await.unwrap();
        assert!(matches!(none, RequestBody::Empty));
    }

    #[test]
    fn only_what_is_whole_can_be_sent_again() {
        assert!(RequestBody::Empty.again().is_some());
        assert!(RequestBody::Inline(Bytes::from_static(b"x")).again().is_some());
        let streamed = RequestBody::Streamed(Empty::new().map_err(|error| match error {}).boxed_unsync());
        assert!(streamed.again().is_none());
    }
}
