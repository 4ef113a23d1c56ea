//! How a file is compressed on its way to a browser.

mod accept;
mod compress;

pub(crate) use accept::accepted;
pub(crate) use compress::{best, gzip_now};

use http::HeaderValue;

/// A content coding (RFC 9110, 8.4.1), in the order in which they are tried: the smaller first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// The file as it is.
    Identity,
}

impl Coding {
    /// Its name in `Content-Encoding`. The file as it is has none.
    #[must_use]
    pub fn content_encoding(self) -> Option<HeaderValue> {
        match self {
            Self::Brotli => Some(HeaderValue::from_static("br")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Identity => None,
        }
    }
}
