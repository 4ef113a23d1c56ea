use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use url::Url;

/// What a crawl needs of the world around it.
pub trait Fetch: Sync {
    /// Gets a URL, without following redirects, and reads at most `most` bytes of the body.
    fn get(&self, url: &Url, most: usize) -> impl Future<Output = Result<Fetched, FetchError>> + Send;

    /// Resolves when so much time has passed; for zero, when others had their turn.
    fn pause(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// A server's answer.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as much of it as was asked for.
    pub body: Bytes,
    /// Whether there is more of the body.
    pub cut: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The operator does not allow the origin or the address.
    #[error("not allowed: {0}")]
    Denied(String),
    /// It took too long.
    #[error("it took too long")]
    Timeout,
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl Fetched {
    /// A header's first value, if it is text.
    #[must_use]
    pub fn header(&self, name: http::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn is_html(&self) -> bool {
        let kind = self.header(http::header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
    }
}
