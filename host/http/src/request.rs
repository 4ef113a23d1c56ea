//! What is fetched.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};

use crate::Error;

/// Why a streamed body broke off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the request's body broke off: {0}")]
pub struct BodyError(
    /// What happened.
    pub String,
);

/// A request's body.
pub enum RequestBody {
    /// No bytes.
    Empty,
    /// All bytes.
    Inline(Bytes),
    /// Bytes that come over time. They are sent once: a redirect that wants them again is an error.
    Streamed(UnsyncBoxBody<Bytes, BodyError>),
}

impl std::fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Inline(bytes) => write!(f, "Inline({} bytes)", bytes.len()),
            Self::Streamed(_) => f.write_str("Streamed"),
        }
    }
}

/// A request.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL, absolute.
    pub url: String,
    /// The headers, without those that are the connection's.
    pub headers: HeaderMap,
    /// The body.
    pub body: RequestBody,
    /// The time for all of the fetch, if it is to have less than [`crate::settings::TIME`].
    pub timeout: Option<Duration>,
    /// How many redirects are followed. None: a redirect is the response.
    pub redirects: Option<u32>,
}

impl Request {
    /// What the request holds while it waits.
    pub(crate) fn held_bytes(&self) -> usize {
        let headers =
            self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).fold(0, usize::saturating_add);
        let body = match &self.body {
            RequestBody::Inline(bytes) => bytes.len(),
            RequestBody::Empty | RequestBody::Streamed(_) => 0,
        };
        [self.url.len(), headers, body].into_iter().fold(0, usize::saturating_add)
    }
}

/// A body as it is sent.
pub(crate) type Outgoing = UnsyncBoxBody<Bytes, BodyError>;

impl RequestBody {
    /// The length, where it is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Inline(bytes) => Some(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Self::Streamed(_) => None,
        }
    }

    /// Takes the body to send it, leaving what can be sent once more. A streamed one has `length` bytes, if that is given.
    pub(crate) fn send(&mut self, length: Option<u64>) -> Result<Outgoing, Error> {
        match self {
            Self::Empty => Ok(whole(Bytes::new())),
            Self::Inline(bytes) => Ok(whole(bytes.clone())),
            Self::Streamed(_) => match (std::mem::replace(self, Self::Empty), length) {
                (Self::Streamed(body), Some(length)) => Ok(Exactly { body, left: length }.boxed_unsync()),
                (Self::Streamed(body), None) => Ok(body),
                (Self::Empty | Self::Inline(_), _) => Ok(whole(Bytes::new())),
            },
        }
    }
}

fn whole(bytes: Bytes) -> Outgoing {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// A streamed body whose length was announced. It fails rather than being shorter or longer: what follows on the connection would be read as
/// something else.
struct Exactly {
    body: Outgoing,
    left: u64,
}

impl Body for Exactly {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(match frame {
            None if self.left > 0 => Some(Err(BodyError(format!("{} bytes fewer than `content-length` says", self.left)))),
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, |data| u64::try_from(data.len()).unwrap_or(u64::MAX));
                match self.left.checked_sub(bytes) {
                    Some(left) => {
                        self.left = left;
                        Some(Ok(frame))
                    }
                    None => Some(Err(BodyError("more bytes than `content-length` says".to_owned()))),
                }
            }
            other => other,
        })
    }

    fn is_end_stream(&self) -> bool {
        // Until the body has ended by itself it may have too much.
        self.left == 0 && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
