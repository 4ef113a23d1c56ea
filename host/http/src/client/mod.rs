//! A fetch from its request to its response.

mod exchange;
mod pool;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use rustls::pki_types::CertificateDer;
use temps_plugin_policy::network::Grants;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::connect::Ways;
use crate::target::Target;
use crate::{Detours, Error, Request, ResponseBody, Settings, headers};
use exchange::Exchange;
use pool::Pool;
use queue::Queue;

/// The body of a response.
#[derive(Debug)]
pub enum Content {
    /// No bytes.
    Empty,
    /// All bytes, of a body that is small.
    Inline(Bytes),
    /// Bytes that come over time.
    Streamed(ResponseBody),
}

/// A response. An error status is one too.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers, without those that are the connection's, and without those that decompression has made untrue.
    pub headers: HeaderMap,
    /// The URL that answered: the last of the redirects.
    pub url: Url,
    /// The body, decompressed.
    pub body: Content,
}

/// A client with one policy and one pool of connections. Cheap to clone; it costs next to nothing before its first fetch.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    ways: Arc<Ways>,
    pool: Pool,
    queue: Queue,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that reaches what `grants` allows.
    #[must_use]
    pub fn new(grants: Grants, settings: Settings) -> Self {
        Self::with(grants, settings, Detours::default(), Vec::new())
    }

    /// A client that besides takes detours, and trusts the `roots` that certificates may come from beside the public ones.
    #[must_use]
    pub fn with(grants: Grants, settings: Settings, detours: Detours, roots: Vec<CertificateDer<'static>>) -> Self {
        let ways = Arc::new(Ways::new(grants, detours, roots, settings.connect_time));
        let queue = Queue::new(&settings);
        Self(Arc::new(Inner { pool: Pool::new(Arc::clone(&ways), settings.header_bytes), ways, queue, settings }))
    }

    /// Fetches. What it holds goes when the future is dropped, and after that with the response's body.
    ///
    /// # Errors
    ///
    /// [`Error`]. What the operator has not allowed, and what is no request, is found before anything is sent or waited for.
    pub async fn fetch(&self, mut request: Request) -> Result<Response, Error> {
        let inner = &*self.0;
        let time = request.timeout.map_or(inner.settings.time, |time| time.min(inner.settings.time));
        let deadline = Instant::now() + time;
        headers::check_method(&request.method)?;
        let length = headers::check(&mut request.headers, &request.body)?;
        let target = Target::parse(&request.url)?;
        target.check(inner.ways.grants())?;
        let _held = inner.queue.hold(request.held_bytes())?;
        let fetch = async {
            let place = inner.queue.place().await?;
            Exchange::new(inner, request, length, target).run(place, deadline, time).await
        };
        timeout_at(deadline, fetch).await.unwrap_or(Err(late(time)))
    }
}

fn late(limit: Duration) -> Error {
    Error::Timeout { what: "the fetch", limit }
}
