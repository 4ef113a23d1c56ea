//! One HTTP/1.1 request on a connection of its own.
//!
//! The proxy, the delivery of events, `emit` and `dev --get` use it. It knows neither TLS nor redirects nor pools: what it talks
//! to is on this machine.

use std::path::{Path, PathBuf};

use axum::body::Body;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::BodyExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_util::task::AbortOnDropHandle;

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens on the socket.
    #[error("cannot connect to the socket {}: {source}", path.display())]
    Socket {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nobody listens at the address.
    #[error("cannot connect to {authority}: {source}")]
    Tcp {
        /// The host and port.
        authority: String,
        /// Why.
        source: std::io::Error,
    },
    /// The URL is not one of plain HTTP on a host.
    #[error("{url} is no URL that can be asked: it has to begin with http:// and a host")]
    Url {
        /// The URL.
        url: Uri,
    },
    /// The connection ended before the response's head had come.
    #[error("no response: {0}")]
    NoResponse(#[source] hyper::Error),
}

/// Asks a Unix socket. The request's URI holds only a path and query. `Host` is `localhost` unless the request has one.
///
/// The connection is closed when the response's body has been read or dropped, or the returned future is dropped: the other
/// side sees then that nobody waits.
///
/// # Errors
///
/// [`ClientError::Socket`], [`ClientError::NoResponse`].
pub async fn ask_socket(path: &Path, mut request: Request<Body>) -> Result<Response<Body>, ClientError> {
    let stream = UnixStream::connect(path).await.map_err(|source| ClientError::Socket { path: path.to_owned(), source })?;
    request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
    exchange(stream, request).await
}

/// Asks the host that the request's URI names, over plain HTTP.
///
/// # Errors
///
/// [`ClientError::Url`], [`ClientError::Tcp`], [`ClientError::NoResponse`].
pub async fn ask_url(mut request: Request<Body>) -> Result<Response<Body>, ClientError> {
    let url = request.uri().clone();
    let (Some("http"), Some(authority), Some(target)) = (url.scheme_str(), url.authority(), url.path_and_query()) else {
        return Err(ClientError::Url { url });
    };
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| ClientError::Url { url: url.clone() })?;
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((name, authority.port_u16().unwrap_or(80)))
        .await
        .map_err(|source| ClientError::Tcp { authority: authority.to_string(), source })?;
    *request.uri_mut() = Uri::from(target.clone());
    request.headers_mut().insert(header::HOST, host);
    exchange(stream, request).await
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Body>,
) -> Result<Response<Body>, ClientError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(ClientError::NoResponse)?;
    let connection = AbortOnDropHandle::new(tokio::spawn(async move {
        // What goes wrong here, the sender or the body says too.
        let _ = connection.await;
    }));
    let response = sender.send_request(request).await.map_err(ClientError::NoResponse)?;
    Ok(response.map(|body| {
        // The connection lives as long as the body that comes over it.
        Body::new(body.map_frame(move |frame| {
            let _ = &connection;
            frame
        }))
    }))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn only_plain_http_urls_are_asked() {
        for url in ["https://127.0.0.1:1/", "/only/a/path"] {
            let request = Request::get(url).body(Body::empty()).unwrap();
            assert!(matches!(ask_url(request).await, Err(ClientError::Url { .. })), "{url}");
        }
    }

    #[tokio::test]
    async fn the_other_side_sees_that_the_body_is_dropped() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart").await.unwrap();
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await
        });
        let response = ask_url(Request::get(url).body(Body::empty()).unwrap()).await.unwrap();
        drop(response);
        server.await.unwrap().unwrap();
    }
}
