use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use http::{HeaderMap, Method};
use serde_json::Value;

use super::Exchange;
use crate::error::chain;
use crate::http::transport::{Incoming, Outgoing, Transport};
use crate::http::{Error, Kind, Source};

thread_local! {
    static CURRENT: RefCell<Option<HttpScript>> = const { RefCell::new(None) };
}

/// What a client that is made on this thread sends with.
pub(crate) fn current_script() -> Arc<dyn Transport> {
    Arc::new(CURRENT.with_borrow(Option::clone).unwrap_or_default())
}

/// A request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeRequest {
    /// The method.
    pub method: Method,
    /// The URL, query included.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, read to its end if it is a stream.
    pub body: Bytes,
    /// The time that it was given.
    pub timeout: Option<Duration>,
    /// How many redirects would be followed. None: a redirect is the response.
    pub redirects: Option<u32>,
}

impl MadeRequest {
    /// The body as JSON, if it is.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Other servers, as a test has them: the requests that are expected, in any order, each once, with their answers. Any other fails.
///
/// ```
/// use temps_plugin_sdk::http::Client;
/// use temps_plugin_sdk::testing::{Exchange, HttpScript};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), temps_plugin_sdk::http::Error> {
/// let servers = HttpScript::new()
///     .expect(Exchange::get("https://a.example/feed").header("etag", "x").body("news"))
///     .expect(Exchange::post("https://b.example/").with_json(serde_json::json!({ "n": 1 })).status(503));
/// let installed = servers.install();
///
/// assert_eq!(Client::new().get("https://a.example/feed").send().await?.text().await?, "news");
/// let error = Client::new().get("https://c.example/").send().await.unwrap_err();
/// assert!(error.to_string().contains("the script does not expect GET https://c.example/"));
/// assert_eq!(servers.missing(), ["POST https://b.example/"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct HttpScript(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    expected: Vec<Exchange>,
    made: Vec<MadeRequest>,
    unexpected: Vec<String>,
}

impl HttpScript {
    /// A script that expects nothing.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Expects a request once more.
    pub fn expect(self, exchange: Exchange) -> Self {
        self.state().expected.push(exchange);
        self
    }

    /// Has clients that are made on this thread use the script, until what it gives is dropped. Clients keep the script that they were made with.
    #[must_use = "the script is installed as long as this lives"]
    pub fn install(&self) -> InstalledScript {
        let before = CURRENT.replace(Some(self.clone()));
        InstalledScript { before, _thread: PhantomData }
    }

    /// The requests that were made, expected or not, in their order.
    #[must_use]
    pub fn made(&self) -> Vec<MadeRequest> {
        self.state().made.clone()
    }

    /// The requests that are expected and have not come.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.state().expected.iter().map(Exchange::name).collect()
    }

    /// Asserts that all came that was expected, and nothing else.
    ///
    /// # Panics
    ///
    /// If not, with what is missing and what came.
    #[track_caller]
    pub fn assert_done(&self) {
        let missing = self.missing();
        let unexpected = self.state().unexpected.clone();
        assert!(missing.is_empty() && unexpected.is_empty(), "not made: {missing:?}; not expected: {unexpected:?}");
    }

    fn answer(&self, request: MadeRequest) -> Result<Incoming, Error> {
        let mut state = self.state();
        let name = format!("{} {}", request.method, request.url);
        let at = state.expected.iter().position(|exchange| exchange.fits(&request));
        state.made.push(request);
        match at {
            Some(at) => state.expected.remove(at).incoming(),
            None => {
                let near: Vec<_> = state.expected.iter().map(Exchange::name).collect();
                let near = if near.is_empty() { "nothing".to_owned() } else { near.join(", ") };
                state.unexpected.push(name.clone());
                Err(Error::new(
                    Kind::Connect,
                    format!("the script does not expect {name} with these headers and this body; it expects {near}"),
                ))
            }
        }
    }
}

impl fmt::Debug for HttpScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpScript").field("missing", &self.missing()).finish_non_exhaustive()
    }
}

impl Transport for HttpScript {
    fn fetch(&self, request: Outgoing) -> BoxFuture<'static, Result<Incoming, Error>> {
        let script = self.clone();
        Box::pin(async move {
            let Outgoing { method, url, headers, body, timeout, redirects } = request;
            let body = match body.0 {
                Source::Whole(bytes) => bytes,
                Source::Streamed(pieces) => {
                    let all = pieces.try_fold(BytesMut::new(), |mut all, piece| async move {
                        all.extend_from_slice(&piece);
                        Ok(all)
                    });
                    let broken = |words| Error::new(Kind::Protocol, format!("the request's body broke off: {words}"));
                    all.await.map_err(|error| broken(chain(&*error)))?.freeze()
                }
            };
            script.answer(MadeRequest { method, url, headers, body, timeout, redirects })
        })
    }
}

/// A script that clients of this thread use. See [`HttpScript::install`].
pub struct InstalledScript {
    before: Option<HttpScript>,
    /// It is of its thread.
    _thread: PhantomData<Rc<()>>,
}

impl fmt::Debug for InstalledScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstalledScript")
    }
}

impl Drop for InstalledScript {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}
