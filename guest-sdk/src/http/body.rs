use std::fmt;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};

/// An error of a streamed body's source.
pub(crate) type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// A request's body: bytes, text, or a stream.
pub struct Body(pub(crate) Source);

pub(crate) enum Source {
    Whole(Bytes),
    Streamed(BoxStream<'static, Result<Bytes, SourceError>>),
}

impl Body {
    /// A body whose pieces come over time. It is sent in chunks, or with the length that a `content-length` header gives. If the stream fails, so does
    /// the request, and the server does not take what it got for the whole.
    pub fn wrap_stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self(Source::Streamed(stream.map_ok(Into::into).map_err(Into::into).boxed()))
    }

    /// The bytes, unless it is a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Source::Whole(bytes) => Some(bytes),
            Source::Streamed(_) => None,
        }
    }
}

impl Default for Body {
    /// No bytes.
    fn default() -> Self {
        Self(Source::Whole(Bytes::new()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Whole(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Source::Streamed(_) => f.write_str("Body(stream)"),
        }
    }
}

macro_rules! from_bytes {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Body {
            fn from(bytes: $kind) -> Self {
                Self(Source::Whole(bytes.into()))
            }
        })+
    };
}

from_bytes!(Bytes, Vec<u8>, String, &'static [u8], &'static str);
