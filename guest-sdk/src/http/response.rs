use std::fmt;

use ::http::header::CONTENT_LENGTH;
use ::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, stream};
use serde::de::DeserializeOwned;

use super::transport::{Content, Incoming};
use super::{Error, Kind};

/// A response. Its body is read by one of the methods that take it, or in pieces.
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    url: String,
    body: Content,
}

impl Response {
    pub(super) fn new(incoming: Incoming) -> Self {
        let Incoming { status, headers, url, body } = incoming;
        Self { status, headers, url, body }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers. Of a body that was decompressed, `content-encoding` and `content-length` are taken out.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The URL that answered: the last of the redirects.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many bytes the body has, if that is known.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        match &self.body {
            Content::Whole(bytes) => u64::try_from(bytes.len()).ok(),
            Content::Streamed(_) => self.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok(),
        }
    }

    /// The response, unless it has an error status.
    ///
    /// # Errors
    ///
    /// One that [`is_status`](Error::is_status), for 400 and above.
    pub fn error_for_status(self) -> Result<Self, Error> {
        match self.error_for_status_ref() {
            Ok(_) => Ok(self),
            Err(error) => Err(error),
        }
    }

    /// As [`error_for_status`](Self::error_for_status), for a response that is still needed.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn error_for_status_ref(&self) -> Result<&Self, Error> {
        if self.status.is_client_error() || self.status.is_server_error() {
            return Err(Error::new(Kind::Status(self.status), format!("the server answered {}", self.status)).at(&self.url));
        }
        Ok(self)
    }

    /// The next piece of the body. None: it has ended, and was whole.
    ///
    /// # Errors
    ///
    /// [`Error`], if the body breaks off, is too large, or takes too long.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match &mut self.body {
            Content::Whole(bytes) if bytes.is_empty() => Ok(None),
            Content::Whole(bytes) => Ok(Some(std::mem::take(bytes))),
            Content::Streamed(pieces) => pieces.next().await.transpose().map_err(|error| error.in_body().at(&self.url)),
        }
    }

    /// All of the body. It has to fit in the plugin's memory beside everything else.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(piece) = self.chunk().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// All of the body as text. It is taken as UTF-8, whatever `content-type` says; what is not is replaced.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk).
    pub async fn text(self) -> Result<String, Error> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// All of the body, read as JSON.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk); and one that [`is_decode`](Error::is_decode) for other JSON, or none.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let url = self.url.clone();
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::new(Kind::Decode, format!("the response is not the expected JSON: {error}")).at(&url))
    }

    /// The body in pieces, as they come. It was whole if the stream ends without an error.
    pub fn bytes_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin {
        let url = self.url;
        let pieces: BoxStream<'static, _> = match self.body {
            Content::Whole(bytes) => stream::iter((!bytes.is_empty()).then_some(Ok(bytes))).boxed(),
            Content::Streamed(pieces) => pieces,
        };
        pieces.map(move |piece| piece.map_err(|error: Error| error.in_body().at(&url)))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("url", &self.url).finish_non_exhaustive()
    }
}
