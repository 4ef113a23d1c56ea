//! What the tests of the server and the channel share: a server on a real socket with a guest that is no component, and clients.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Incoming;
use temps_plugin_protocol::{PluginEvent, PluginManifest, ProtocolVersion, headers, paths};
use temps_plugin_runtime::Caller;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::Notify;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::channel::{Link, LinkLimits};
use crate::events::{EventSink, PutError, Refusal};
use crate::pass_headers::PassHeaders;
use crate::secret::AuthSecret;
use crate::server::{Answer, Gate, Server, Site};
use crate::socket::{self, SocketFile};

pub(crate) const SECRET: &str = "s3cret";

/// More than anything in a test takes, unless it hangs.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Waits for what should come soon.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("this should have come soon")
}

/// The limits of channels in tests, unless one is the test's subject.
pub(crate) const LIMITS: LinkLimits =
    LinkLimits { call_time: SOON, in_flight: 32, queue: 1024, ping: SOON, silence: SOON, grace: SOON };

/// A guest in the tests' own code.
#[derive(Clone, Default)]
pub(crate) struct FakeGuest {
    /// Requests that have begun at `/never` and `/endless`.
    pub(crate) begun: Arc<Notify>,
    /// Those that were dropped before their end.
    pub(crate) dropped: Arc<Notify>,
    pub(crate) dropped_count: Arc<AtomicUsize>,
    /// Lets a request to `/slow` end.
    pub(crate) release: Arc<Notify>,
}

struct Dropped(FakeGuest);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped_count.fetch_add(1, Ordering::SeqCst);
        self.0.dropped.notify_one();
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Answer for FakeGuest {
    type Body = UnsyncBoxBody<Bytes, BoxError>;

    async fn answer(&self, request: Request<Incoming>, _caller: Option<Arc<Caller>>) -> Response<Self::Body> {
        let full = |bytes: Bytes| Full::new(bytes).map_err(|never| match never {}).boxed_unsync();
        let path = request.uri().path().to_owned();
        match path.as_str() {
            "/echo" => Response::new(request.into_body().map_err(BoxError::from).boxed_unsync()),
            "/collect" => Response::new(full(request.into_body().collect().await.unwrap().to_bytes())),
            "/headers" => {
                let seen: BTreeMap<_, _> =
                    request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
                Response::new(full(serde_json::to_vec(&seen).unwrap().into()))
            }
            "/never" => {
                let _dropped = Dropped(self.clone());
                self.begun.notify_one();
                std::future::pending().await
            }
            "/endless" => {
                let dropped = Dropped(self.clone());
                self.begun.notify_one();
                let pieces = stream::unfold(dropped, |dropped| async move {
                    tokio::task::yield_now().await;
                    Some((Ok(Frame::data(Bytes::from_static(&[b'x'; 1024]))), dropped))
                });
                Response::new(BodyExt::boxed_unsync(StreamBody::new(pieces)))
            }
            "/slow" => {
                self.begun.notify_one();
                self.release.notified().await;
                Response::new(full("slow".into()))
            }
            "/wrong-length" => {
                let mut response = Response::new(full("hello".into()));
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("3"));
                response
            }
            "/head-length" => {
                let mut response = Response::new(full(Bytes::new()));
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("42"));
                response
            }
            _ => {
                let mut response = Response::new(full(format!("guest {path}").into()));
                *response.status_mut() = StatusCode::ACCEPTED;
                response
            }
        }
    }
}

/// An inbox in memory with room for two events.
pub(crate) struct FakeInbox {
    manifest: Arc<PluginManifest>,
    events: Mutex<Option<VecDeque<PluginEvent>>>,
    came: Notify,
}

impl FakeInbox {
    pub(crate) fn new(manifest: Arc<PluginManifest>) -> Self {
        Self { manifest, events: Mutex::new(Some(VecDeque::new())), came: Notify::new() }
    }

    fn put(&self, event: PluginEvent) -> Result<(), Refusal> {
        if !self.manifest.subscribes_to(&event.event_type) {
            return Err(Refusal::NotSubscribed { event_type: event.event_type });
        }
        match &mut *self.events.lock().unwrap() {
            None => Err(PutError::Closed.into()),
            Some(events) if events.len() == 2 => Err(PutError::Full.into()),
            Some(events) => {
                events.push_back(event);
                self.came.notify_one();
                Ok(())
            }
        }
    }

    pub(crate) fn waiting(&self) -> usize {
        self.events.lock().unwrap().as_ref().map_or(0, VecDeque::len)
    }

    /// The next event.
    pub(crate) async fn next(&self) -> PluginEvent {
        loop {
            if let Some(event) = self.events.lock().unwrap().as_mut().and_then(VecDeque::pop_front) {
                return event;
            }
            self.came.notified().await;
        }
    }

    /// As when the launcher stops.
    pub(crate) fn close(&self) {
        *self.events.lock().unwrap() = None;
    }
}

impl EventSink for FakeInbox {
    fn take(&self, event: PluginEvent) -> BoxFuture<'_, Result<(), Refusal>> {
        Box::pin(std::future::ready(self.put(event)))
    }

    fn offer(&self, event: PluginEvent) {
        drop(self.put(event));
    }
}

/// A server with a [`FakeGuest`] on a socket of its own.
pub(crate) struct TestSite {
    pub(crate) path: PathBuf,
    pub(crate) guest: FakeGuest,
    pub(crate) link: Arc<Link>,
    pub(crate) inbox: Arc<FakeInbox>,
    pub(crate) server: Server,
    _socket: SocketFile,
    _dir: tempfile::TempDir,
}

impl TestSite {
    pub(crate) fn start(version: ProtocolVersion) -> Self {
        Self::with_limits(version, LIMITS)
    }

    pub(crate) fn with_limits(version: ProtocolVersion, limits: LinkLimits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let (listener, socket) = socket::bind(&path).unwrap();
        let manifest = Arc::new(PluginManifest::builder("fake", "1.0.0").event("deployment.*").build());
        let (guest, link, inbox) = (FakeGuest::default(), Link::new(version, limits), Arc::new(FakeInbox::new(manifest.clone())));
        let site = Site {
            health_path: manifest.health_path.clone(),
            gate: Gate::new(version, AuthSecret::new(SECRET.into()).unwrap(), PassHeaders::default()),
            link: link.clone(),
            events: inbox.clone(),
            ui: None,
            guest: guest.clone(),
        };
        Self { path, guest, link, inbox, server: Server::start(listener, site), _socket: socket, _dir: dir }
    }

    pub(crate) async fn connect(&self) -> UnixStream {
        UnixStream::connect(&self.path).await.unwrap()
    }

    /// Sends a request on a connection of its own, with these header lines, and reads the answer to its end.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Reply {
        let mut stream = self.connect().await;
        // A server that has seen enough may answer and close before it has read everything.
        drop(stream.write_all(&request(method, path, headers, body)).await);
        soon(Reply::read_to_end(&mut stream)).await
    }

    /// The same with v2's signature.
    pub(crate) async fn send_signed(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        self.send(method, path, &[&signature()], body).await
    }

    /// Opens the channel as the host does.
    pub(crate) async fn open_channel(&self) -> Result<WebSocketStream<UnixStream>, tungstenite::Error> {
        self.open_channel_with(&[(headers::AUTH_SIGNATURE, SECRET)]).await
    }

    pub(crate) async fn open_channel_with(
        &self,
        headers: &[(&str, &str)],
    ) -> Result<WebSocketStream<UnixStream>, tungstenite::Error> {
        let mut request = Request::get(format!("ws://localhost{}", paths::CHANNEL))
            .header("host", "localhost")
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", tungstenite::handshake::client::generate_key());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (socket, _) = soon(tokio_tungstenite::client_async(request.body(()).unwrap(), self.connect().await)).await?;
        Ok(socket)
    }
}

pub(crate) fn signature() -> String {
    format!("{}: {SECRET}", headers::AUTH_SIGNATURE)
}

/// A request's bytes, which ask for the connection to be closed after it.
pub(crate) fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{lines}{length}\r\n");
    [head.as_bytes(), body].concat()
}

/// The next text message of the plugin, as JSON.
pub(crate) async fn frame(socket: &mut WebSocketStream<UnixStream>) -> serde_json::Value {
    use futures::StreamExt;
    loop {
        match soon(socket.next()).await.expect("the channel is open").unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) async fn read_to_end(stream: &mut UnixStream) -> Self {
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes).await {
            Ok(_) => {}
            // What the server did not read of the request comes back so, behind the answer.
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
        }
        Self::parse(&bytes)
    }

    /// Reads an answer whose head gives its length, and leaves the connection open.
    pub(crate) async fn read_one(stream: &mut UnixStream) -> Self {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            bytes.push(stream.read_u8().await.unwrap());
        }
        let mut reply = Self::parse(&bytes);
        let length = reply.header("content-length").map_or(0, |length| length.parse().unwrap());
        reply.body.resize(length, 0);
        stream.read_exact(&mut reply.body).await.unwrap();
        reply
    }

    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn assert_problem(&self, status: u16) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let document: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(document["status"], status);
        assert!(document["title"].is_string() && document["detail"].is_string(), "{document}");
    }
}
