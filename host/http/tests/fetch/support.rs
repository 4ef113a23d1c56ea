//! A server that says what a test wants, and a client that may reach it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use http::{HeaderMap, Method};
use temps_plugin_http::{Client, Content, Detours, Error, Request, RequestBody, Response, Settings};
use temps_plugin_policy::network::Grants;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A public address whose connections go to a server of the test.
pub(crate) const PUBLIC: &str = "93.184.216.34";

/// Serves each request on each connection with what `answer` makes of its text, head and body. An empty answer closes the connection.
pub(crate) async fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    let answer = Arc::new(answer);
    serve_streams(move |mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let bytes = answer(&request);
                if bytes.is_empty() || stream.write_all(&bytes).await.is_err() || contains(&bytes, b"connection: close") {
                    return;
                }
            }
        }
    })
    .await
}

/// Serves each connection with a task.
pub(crate) async fn serve_streams<F>(task: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(task(stream));
        }
    });
    address
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A request's head and body as text. None if the connection has ended.
pub(crate) async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let so_far = String::from_utf8_lossy(&text);
        let Some((head, body)) = so_far.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map(|length| length.parse::<usize>().unwrap());
        let chunked = head.contains("transfer-encoding: chunked");
        if length.is_some_and(|length| body.len() >= length)
            || (chunked && body.ends_with("0\r\n\r\n"))
            || (length.is_none() && !chunked)
        {
            return Some(so_far.into_owned());
        }
    }
}

/// A response with a body.
pub(crate) fn response(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

pub(crate) fn grants(allow: &[&str], private: &[&str]) -> Grants {
    let private = private.iter().map(|net| temps_plugin_policy::network::parse_private(net).unwrap());
    Grants::new(allow.iter().map(|grant| grant.parse().unwrap()), private).unwrap()
}

/// A client that may fetch from everywhere, loopback included.
pub(crate) fn open_client(settings: Settings) -> Client {
    Client::new(grants(&["*"], &["127.0.0.0/8"]), settings)
}

/// A client that may fetch from everywhere in public, with detours: names, and connections.
pub(crate) fn outside(allow: &[&str], names: &[&str], connections: &[String]) -> Client {
    let mut detours = Detours::default();
    for name in names {
        detours.resolve(name).unwrap();
    }
    for connection in connections {
        detours.connect(connection).unwrap();
    }
    Client::with(grants(allow, &[]), Settings::default(), detours, Vec::new())
}

pub(crate) fn get(url: impl Into<String>) -> Request {
    Request {
        method: Method::GET,
        url: url.into(),
        headers: HeaderMap::new(),
        body: RequestBody::Empty,
        timeout: None,
        redirects: Some(10),
    }
}

pub(crate) fn post(url: impl Into<String>, body: &'static str) -> Request {
    Request { method: Method::POST, body: RequestBody::Inline(Bytes::from_static(body.as_bytes())), ..get(url) }
}

/// All of a response's body.
pub(crate) async fn read(response: Response) -> Result<Vec<u8>, Error> {
    match response.body {
        Content::Empty => Ok(Vec::new()),
        Content::Inline(bytes) => Ok(bytes.to_vec()),
        Content::Streamed(mut body) => {
            let mut all = Vec::new();
            while let Some(piece) = body.next().await.transpose()? {
                all.extend_from_slice(&piece);
            }
            assert!(body.next().await.is_none(), "it ends once");
            Ok(all)
        }
    }
}

pub(crate) async fn text(client: &Client, request: Request) -> Result<String, Error> {
    Ok(String::from_utf8(read(client.fetch(request).await?).await?).unwrap())
}

pub(crate) const SHORT: Duration = Duration::from_millis(200);
