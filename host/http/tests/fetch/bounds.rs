use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::join_all;
use temps_plugin_http::{Content, Error, Request, RequestBody, Settings};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::support::{SHORT, get, open_client, read, read_request, response, serve, serve_streams, text};

/// A server that answers each request with the beginning of a body, and then nothing.
async fn silent() -> String {
    let at = serve_streams(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n").await.unwrap();
        std::future::pending::<()>().await;
    });
    format!("http://{}/", at.await)
}

#[tokio::test]
async fn a_body_has_a_largest_size() {
    for (head, body) in [
        ("content-length: 1000\r\n", "x".repeat(1000)),
        ("transfer-encoding: chunked\r\n", format!("3e8\r\n{}\r\n0\r\n\r\n", "x".repeat(1000))),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}");
        let at = serve(move |_| answer.clone().into()).await;
        let fetch =
            async |bytes| text(&open_client(Settings::default().with_response_bytes(bytes)), get(format!("http://{at}/"))).await;
        assert_eq!(fetch(1000).await.unwrap().len(), 1000);
        assert_eq!(fetch(999).await.unwrap_err(), Error::TooLarge { what: "the response's body", limit: 999 });
    }
}

#[tokio::test]
async fn headers_have_a_largest_size() {
    // With `content-length: 0`, 19 bytes.
    let at = serve(|_| response(&format!("200 OK\r\nx: {}", "y".repeat(976)), b"")).await;
    let fetch = |bytes| {
        let client = open_client(Settings::default().with_header_bytes(bytes));
        async move { client.fetch(get(format!("http://{at}/"))).await }
    };
    assert!(fetch(1000).await.is_ok());
    assert_eq!(fetch(999).await.unwrap_err(), Error::TooLarge { what: "the response's headers", limit: 999 });
    for head in [format!("x: {}\r\n", "y".repeat(200_000)), "x: y\r\n".repeat(101)] {
        let at = serve(move |_| response(&format!("200 OK\r\n{}", head.trim_end()), b"")).await;
        let error = open_client(Settings::default()).fetch(get(format!("http://{at}/"))).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { what: "the response's headers", .. }), "{error}");
    }
}

#[tokio::test]
async fn the_whole_has_a_time() {
    let nothing = serve_streams(|mut stream| async move {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    });
    let at = format!("http://{}/", nothing.await);
    let late = |limit| Error::Timeout { what: "the fetch", limit };
    let client = open_client(Settings::default().with_time(SHORT));
    assert_eq!(client.fetch(get(&at)).await.unwrap_err(), late(SHORT));
    // A fetch may have less, and not more.
    let less = Duration::from_millis(50);
    assert_eq!(client.fetch(Request { timeout: Some(less), ..get(&at) }).await.unwrap_err(), late(less));
    assert_eq!(client.fetch(Request { timeout: Some(SHORT * 100), ..get(&at) }).await.unwrap_err(), late(SHORT));
    // Its body counts.
    let at = silent().await;
    assert_eq!(read(client.fetch(get(&at)).await.unwrap()).await.unwrap_err(), late(SHORT));
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_let_go_in_time() {
    let at = silent().await;
    let client = open_client(Settings::default().with_time(SHORT).with_at_once(1));
    let held = client.fetch(get(&at)).await.unwrap();
    let begun = Instant::now();
    // It gets the place that the first one has.
    let waited = client.fetch(get(&at)).await;
    assert!(begun.elapsed() < SHORT * 2, "{waited:?}");
    tokio::time::sleep(SHORT).await;
    assert!(client.fetch(get(&at)).await.is_ok());
    assert_eq!(read(held).await.unwrap_err(), Error::Timeout { what: "the fetch", limit: SHORT });
}

#[tokio::test]
async fn a_body_may_not_fall_silent() {
    let client = open_client(Settings::default().with_idle_time(SHORT));
    let error = read(client.fetch(get(silent().await)).await.unwrap()).await.unwrap_err();
    assert_eq!(error, Error::Timeout { what: "the next part of a body", limit: SHORT });
    // It may take its time as long as something comes.
    let slow = serve_streams(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        for _ in 0..6 {
            tokio::time::sleep(SHORT / 2).await;
            stream.write_all(b"1\r\na\r\n").await.unwrap();
        }
        stream.write_all(b"0\r\n\r\n").await.unwrap();
    });
    assert_eq!(text(&client, get(format!("http://{}/", slow.await))).await.unwrap(), "aaaaaa");
}

#[tokio::test]
async fn a_connection_has_a_time() {
    // TLS with one who says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let client = open_client(Settings::default().with_connect_time(SHORT));
    let error = client.fetch(get(format!("https://{at}/"))).await.unwrap_err();
    assert_eq!(error, Error::Timeout { what: "the connection", limit: SHORT });
    drop(listener);
    let error = client.fetch(get(format!("http://{at}/"))).await.unwrap_err();
    assert!(matches!(&error, Error::Connect { host, .. } if host == "127.0.0.1"), "{error}");
}

#[tokio::test]
async fn there_are_so_many_at_once_and_so_many_wait() {
    let at = silent().await;
    let client = open_client(Settings::default().with_at_once(2).with_queue(1));
    let mut held = join_all([client.fetch(get(&at)), client.fetch(get(&at))]).await;
    let waiting = tokio::spawn({
        let (client, at) = (client.clone(), at.clone());
        async move { client.fetch(get(at)).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(client.fetch(get(&at)).await.unwrap_err(), Error::Overloaded);
    held.pop();
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_place_is_free_when_the_body_has_ended() {
    let at = serve(|_| response("200 OK", &[b'x'; 100_000])).await;
    let client = open_client(Settings::default().with_at_once(1));
    for _ in 0..3 {
        let response = client.fetch(get(format!("http://{at}/"))).await.unwrap();
        assert!(matches!(response.body, Content::Streamed(_)));
        assert_eq!(read(response).await.unwrap().len(), 100_000);
    }
}

#[tokio::test]
async fn requests_hold_so_many_bytes() {
    let at = serve(|_| response("200 OK", b"")).await;
    let url = format!("http://{at}/");
    let request =
        |bytes| Request { body: RequestBody::Inline(Bytes::from(vec![0; bytes])), method: http::Method::POST, ..get(&url) };
    let client = open_client(Settings::default().with_request_bytes(1000 + url.len()));
    assert!(client.fetch(request(1000)).await.is_ok());
    assert_eq!(client.fetch(request(1001)).await.unwrap_err(), Error::Overloaded);
    // What was held is free again.
    assert!(client.fetch(request(1000)).await.is_ok());
}
