use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use temps_plugin_protocol::{ProtocolVersion, headers};
use tokio::net::UnixStream;

use super::SECRET;

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Requests as Temps makes them: signed in v2, a connection for each.
#[derive(Clone)]
pub(crate) struct Client {
    socket: PathBuf,
    version: ProtocolVersion,
}

impl Client {
    pub(crate) fn new(socket: &Path, version: ProtocolVersion) -> Self {
        Self { socket: socket.to_owned(), version }
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// A request that Temps passes on, to be given a method and a body.
    pub(crate) fn request(&self, path: &str) -> http::request::Builder {
        let request = Request::builder().uri(path).header("host", "localhost").header(headers::PLUGIN, "plugin");
        match self.version {
            ProtocolVersion::V1 => request,
            ProtocolVersion::V2 => request.header(headers::AUTH_SIGNATURE, SECRET),
        }
    }

    /// A request of the host's own, which has not passed its proxy.
    pub(crate) fn host_request(&self, path: &str) -> http::request::Builder {
        let request = Request::builder().uri(path).header("host", "localhost");
        match self.version {
            ProtocolVersion::V1 => request.header(headers::AUTH, SECRET),
            ProtocolVersion::V2 => request.header(headers::AUTH_SIGNATURE, SECRET),
        }
    }

    /// A connection of its own.
    pub(crate) async fn connect<B>(&self) -> SendRequest<B>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let stream = UnixStream::connect(&self.socket).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    /// Sends a request on a connection of its own, and gives the response with its body unread.
    pub(crate) async fn send<B>(&self, request: Request<B>) -> http::Response<Incoming>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.connect().await.send_request(request).await.unwrap()
    }

    pub(crate) async fn answer<B>(&self, request: Request<B>) -> Answer
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Answer::read(self.send(request).await).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.answer(self.request(path).body(Empty::<Bytes>::new()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.answer(self.request(path).method("POST").body(Full::new(body.into())).unwrap()).await
    }
}

impl Answer {
    pub(crate) async fn read(response: http::Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
    }
}
