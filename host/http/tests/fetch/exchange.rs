use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::Method;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use temps_plugin_http::{BodyError, Content, Error, Request, RequestBody, Settings};
use tokio::io::AsyncWriteExt;

use crate::support::{get, open_client, post, read, read_request, response, serve, serve_streams, text};

fn streamed(pieces: Vec<Result<&'static str, BodyError>>) -> RequestBody {
    let frames = pieces.into_iter().map(|piece| piece.map(|text| Frame::data(Bytes::from_static(text.as_bytes()))));
    RequestBody::Streamed(StreamBody::new(stream::iter(frames)).boxed_unsync())
}

#[tokio::test]
async fn a_request_arrives_as_it_was_made() {
    let at = serve(|request| response("200 OK\r\nx-a: 1\r\nx-a: 2\r\nkeep-alive: 5", request.as_bytes())).await;
    let mut request = post(format!("http://{at}/a%20b?c=d#e"), "hello");
    request.headers.insert("x-own", "1".parse().unwrap());
    request.headers.insert("content-length", "5".parse().unwrap());
    let response = open_client(Settings::default()).fetch(request).await.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.url.as_str(), format!("http://{at}/a%20b?c=d"));
    assert_eq!(response.headers.get_all("x-a").iter().count(), 2);
    assert!(!response.headers.contains_key("keep-alive"));
    assert!(matches!(response.body, Content::Inline(_)));
    let seen = String::from_utf8(read(response).await.unwrap()).unwrap();
    assert!(seen.starts_with("POST /a%20b?c=d HTTP/1.1\r\n") && seen.ends_with("\r\n\r\nhello"), "{seen}");
    for line in [&*format!("host: {at}"), "x-own: 1", "accept: */*", "accept-encoding: gzip, br, zstd", "content-length: 5"] {
        assert_eq!(seen.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line} in {seen}");
    }
    assert!(!seen.contains("cookie") && !seen.contains("referer") && !seen.contains("user-agent"), "{seen}");
}

#[tokio::test]
async fn a_body_is_streamed_with_its_length_or_without() {
    let at = serve(|request| response("200 OK", request.as_bytes())).await;
    let client = open_client(Settings::default());
    let body = || streamed(vec![Ok("ab"), Ok("cde")]);
    let url = format!("http://{at}/");
    let seen = text(&client, Request { method: Method::PUT, body: body(), ..get(&url) }).await.unwrap();
    assert!(seen.contains("transfer-encoding: chunked") && seen.contains("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"), "{seen}");
    let mut sized = Request { method: Method::PUT, body: body(), ..get(&url) };
    sized.headers.insert("content-length", "5".parse().unwrap());
    let seen = text(&client, sized).await.unwrap();
    assert!(!seen.contains("chunked") && seen.contains("content-length: 5\r\n") && seen.ends_with("abcde"), "{seen}");
}

#[tokio::test]
async fn a_body_of_another_length_is_never_whole() {
    for length in ["4", "6"] {
        let at = serve(|_| response("200 OK", b"")).await;
        let mut request =
            Request { method: Method::PUT, body: streamed(vec![Ok("ab"), Ok("cde")]), ..get(format!("http://{at}/")) };
        request.headers.insert("content-length", length.parse().unwrap());
        let error = open_client(Settings::default()).fetch(request).await.unwrap_err();
        assert!(matches!(&error, Error::Protocol(words) if words.contains("`content-length`")), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_breaks_the_request() {
    let at = serve(|_| response("200 OK", b"")).await;
    let body = streamed(vec![Ok("ab"), Err(BodyError("gone".to_owned()))]);
    let request = Request { method: Method::POST, body, ..get(format!("http://{at}/")) };
    let error = open_client(Settings::default()).fetch(request).await.unwrap_err();
    assert_eq!(error, Error::Protocol("the request's body broke off: gone".to_owned()));
}

#[tokio::test]
async fn connections_are_kept_and_let_go() {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&made);
    let at = serve_streams(move |mut stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            while read_request(&mut stream).await.is_some() {
                if stream.write_all(&response("200 OK", b"x")).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    let client = open_client(Settings::default());
    for _ in 0..5 {
        assert_eq!(text(&client, get(format!("http://{at}/"))).await.unwrap(), "x");
    }
    assert_eq!(made.load(Ordering::SeqCst), 1);
    // With more than a hundred connections at once the pool begins anew.
    let client = open_client(Settings::default().with_at_once(200));
    let held: Vec<_> =
        stream::iter(0..120).map(|_| client.fetch(get(format!("http://{at}/")))).buffer_unordered(200).collect().await;
    assert!(held.iter().all(Result::is_ok));
    assert_eq!(text(&client, get(format!("http://{at}/"))).await.unwrap(), "x");
}

#[tokio::test]
async fn a_dropped_body_closes_its_connection() {
    let (gone, mut seen) = tokio::sync::mpsc::channel(1);
    let at = serve_streams(move |mut stream| {
        let gone = gone.clone();
        async move {
            read_request(&mut stream).await;
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";
            stream.write_all(head).await.unwrap();
            assert_eq!(read_request(&mut stream).await, None);
            gone.send(()).await.unwrap();
        }
    })
    .await;
    let response = open_client(Settings::default()).fetch(get(format!("http://{at}/"))).await.unwrap();
    let Content::Streamed(mut body) = response.body else { panic!("it has no length") };
    assert_eq!(body.next().await.unwrap().unwrap(), "a");
    drop(body);
    seen.recv().await.unwrap();
}

#[tokio::test]
async fn a_server_that_closes_early_is_told() {
    let client = open_client(Settings::default());
    let nothing = serve(|_| Vec::new()).await;
    let error = client.fetch(get(format!("http://{nothing}/"))).await.unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    for head in ["content-length: 100000", "transfer-encoding: chunked"] {
        let at = serve_streams(move |mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n5\r\nhello\r\n").as_bytes()).await.unwrap();
        })
        .await;
        let response = client.fetch(get(format!("http://{at}/"))).await.unwrap();
        let error = read(response).await.unwrap_err();
        assert!(matches!(error, Error::Lost { .. }), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_told() {
    let client = open_client(Settings::default());
    for answer in [
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\na b: c\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    ] {
        let at = serve(move |_| answer.as_bytes().to_vec()).await;
        let error = client.fetch(get(format!("http://{at}/"))).await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{error} for {answer}");
    }
    let at = serve(|_| b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n".to_vec()).await;
    let error = client.fetch(get(format!("http://{at}/"))).await.unwrap_err();
    assert!(matches!(error, Error::Protocol(_)), "{error}");
}

#[tokio::test]
async fn a_head_has_no_body() {
    let at = serve(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\ncontent-encoding: gzip\r\n\r\n".to_vec()).await;
    let request = Request { method: Method::HEAD, ..get(format!("http://{at}/")) };
    let response = open_client(Settings::default()).fetch(request).await.unwrap();
    assert!(matches!(response.body, Content::Empty));
    assert_eq!(response.headers["content-length"], "100");
    assert_eq!(response.headers["content-encoding"], "gzip");
}
