//! Fetches that would leave what the operator allows, and servers that do not let go. All servers are on loopback: those that play the
//! outside are at a public address whose connections go there.

mod escapes;
mod servers;

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Launcher, Start};

/// A public address.
const PUBLIC: &str = "93.184.216.34";

/// Serves connections that each are a task's. Gives the port.
async fn serve<F>(task: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(task(stream));
        }
    });
    port
}

/// Reads to the end of a request's head. Empty if there is none.
async fn head(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    while !text.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return String::new(),
            Ok(read) => text.extend_from_slice(&buffer[..read]),
        }
    }
    String::from_utf8(text).unwrap()
}

/// Serves one request on each connection with what `answer` makes of its head.
async fn answers(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    let answer = Arc::new(answer);
    serve(move |mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            let request = head(&mut stream).await;
            drop(stream.write_all(&answer(&request)).await);
            drop(stream.shutdown().await);
        }
    })
    .await
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// A guest that may fetch from every origin.
fn start() -> Start {
    Start::with(test_guests::FETCHES).argument("--allow=*")
}

/// The same, with a server at port 80 of the public address.
fn outside(port: u16) -> Start {
    start().argument(&format!("--connect-to={PUBLIC}:80=127.0.0.1:{port}"))
}

async fn ask(launcher: &Launcher, route: &str, sent: impl Into<String>) -> String {
    launcher.client().post(route, sent.into()).await.text
}

async fn get(launcher: &Launcher, url: &str) -> String {
    ask(launcher, "/fetch", format!("GET {url}")).await
}
