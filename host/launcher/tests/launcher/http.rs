//! HTTP on the socket: streams both ways, cancellation, connections.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, channel::mpsc};
use http::{Request, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::support::{Answer, SECRET, Start};

#[tokio::test]
async fn uploads_and_downloads_are_streamed() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let (mut pieces, body) = mpsc::channel::<Result<Frame<Bytes>, Infallible>>(0);
    let request = launcher.client().request("/echo").method("POST").body(StreamBody::new(body)).unwrap();
    let mut response = launcher.client().send(request).await;
    // Each piece comes back before the next is sent.
    for text in ["one", "two", "three"] {
        pieces.send(Ok(Frame::data(Bytes::from(text)))).await.unwrap();
        let frame = response.body_mut().frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), text);
    }
    drop(pieces);
    assert!(response.body_mut().frame().await.is_none());

    let large = vec![7u8; 32 << 20];
    let request = launcher.client().request("/echo").method("POST").body(Full::new(Bytes::from(large.clone()))).unwrap();
    let back = launcher.client().send(request).await.into_body().collect().await.unwrap().to_bytes();
    assert!(back == large, "32 MiB did not come back");
    launcher.stop().await;
}

#[tokio::test]
async fn server_sent_events_come_one_by_one() {
    let (launcher, _channel) = Start::with(test_guests::TEMPS_HELLO_PLUGIN).running().await;
    let request = launcher.client().request("/ticks").body(Empty::<Bytes>::new()).unwrap();
    let mut response = launcher.client().send(request).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let first = response.body_mut().frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(String::from_utf8(first.into()).unwrap().matches("data:").count(), 1, "the first event waited for others");
    launcher.stop().await;
}

#[tokio::test]
async fn a_head_has_no_body_and_the_headers_of_a_get() {
    let (launcher, _channel) = Start::with(test_guests::TEMPS_HELLO_PLUGIN).running().await;
    for path in ["/health", "/hello/7"] {
        let get = launcher.get(path).await;
        let head = launcher.client().request(path).method("HEAD").body(Empty::<Bytes>::new()).unwrap();
        let head = launcher.client().answer(head).await;
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
        assert_eq!(head.headers["content-length"], get.headers["content-length"], "{path}");
    }
    launcher.stop().await;
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let client = launcher.client();
    let mut connection = client.connect::<Full<Bytes>>().await;
    for n in 0..50 {
        let request = if n % 2 == 0 { client.request("/ok") } else { client.request("/echo").method("POST") };
        let response = connection.send_request(request.body(Full::new(Bytes::from(format!("{n}")))).unwrap()).await.unwrap();
        let answer = Answer::read(response).await;
        assert_eq!(answer.text, if n % 2 == 0 { "ok".to_owned() } else { n.to_string() });
    }
    launcher.stop().await;
}

/// Sends bytes, and gives what came back until `until` is in it.
async fn exchange(stream: &mut UnixStream, bytes: &str, until: &str) -> String {
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut back = Vec::new();
    while !String::from_utf8_lossy(&back).contains(until) {
        let mut piece = [0; 4096];
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut piece)).await.expect("an answer").unwrap();
        assert!(read > 0, "the connection was closed after: {}", String::from_utf8_lossy(&back));
        back.extend_from_slice(&piece[..read]);
    }
    String::from_utf8(back).unwrap()
}

#[tokio::test]
async fn a_client_is_told_to_continue_when_the_guest_reads() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let mut stream = UnixStream::connect(launcher.socket()).await.unwrap();
    let head = format!(
        "POST /collect HTTP/1.1\r\nhost: localhost\r\nx-temps-auth-signature: {SECRET}\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n"
    );
    exchange(&mut stream, &head, "HTTP/1.1 100 Continue\r\n\r\n").await;
    let answer = exchange(&mut stream, "12345", "\r\n\r\n5").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    // A route that does not read the body answers without asking for it.
    let mut stream = UnixStream::connect(launcher.socket()).await.unwrap();
    let answer = exchange(&mut stream, &head.replace("/collect", "/nowhere"), "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    launcher.stop().await;
}

#[tokio::test]
async fn an_upload_that_is_answered_early_gets_its_answer() {
    const BYTES: usize = 8 << 20;
    let (launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let body = vec![b'x'; BYTES];
    for path in ["/nowhere", "/ok"] {
        let mut stream = UnixStream::connect(launcher.socket()).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nx-temps-auth-signature: {SECRET}\r\ncontent-length: {BYTES}\r\n\r\n"
        );
        // As proxies do that read an answer when all of the request is sent.
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        let answer = exchange(&mut stream, "", "\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 405"), "{answer}");
    }
    launcher.stop().await;
}

#[tokio::test]
async fn a_broken_upload_does_not_look_whole() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let mut stream = UnixStream::connect(launcher.socket()).await.unwrap();
    let head = format!(
        "POST /collect HTTP/1.1\r\nhost: localhost\r\nx-temps-auth-signature: {SECRET}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(format!("{head}5\r\n12345\r\n").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut back = String::new();
    // The launcher may answer, or break the connection.
    let _ended = stream.read_to_string(&mut back).await;
    assert!(!back.contains("200 OK"), "{back}");
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_its_request() {
    let (launcher, _channel) = Start::with(test_guests::ENDLESS_BODY).running().await;
    let request = launcher.client().request("/slow").body(Empty::<Bytes>::new()).unwrap();
    let mut response = launcher.client().send(request).await;
    response.body_mut().frame().await.unwrap().unwrap();
    assert_eq!(launcher.get("/sending").await.text, "1");
    drop(response);
    tokio::time::timeout(Duration::from_secs(20), async {
        while launcher.get("/sending").await.text != "0" {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the guest goes on sending to nobody");
    launcher.stop().await;
}

#[tokio::test]
async fn a_response_that_breaks_off_does_not_look_whole() {
    let (launcher, _channel) = Start::with(test_guests::ENDLESS_BODY).running().await;
    let request = launcher.client().request("/broken").body(Empty::<Bytes>::new()).unwrap();
    // The connection may break before the head is out.
    if let Ok(response) = launcher.client().connect().await.send_request(request).await {
        assert!(response.into_body().collect().await.is_err(), "the body looks whole");
    }
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn requests_beyond_the_limit_are_turned_away() {
    let (launcher, _channel) = Start::with(test_guests::ENDLESS_BODY).limit("in_flight", "2").running().await;
    let client = launcher.client();
    let slow = || client.send(client.request("/slow").body(Empty::<Bytes>::new()).unwrap());
    // A response that is being sent counts.
    let (first, second) = (slow().await, slow().await);
    assert_eq!((first.status(), second.status()), (StatusCode::OK, StatusCode::OK));
    let refused = launcher.get("/ok").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(launcher.get("/health").await.text, "ok");
    drop(first);
    tokio::time::timeout(Duration::from_secs(20), async {
        while launcher.get("/ok").await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("a place is never free again");
    drop(second);
    launcher.stop().await;
}

#[tokio::test]
async fn a_slow_guest_is_given_up_on() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).limit("first_byte", "200ms").running().await;
    assert_eq!(launcher.get("/wait/100").await.text, "waited");
    let late = launcher.get("/wait/5000").await;
    assert_eq!(late.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn many_slow_requests_take_about_as_long_as_one() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let client = launcher.client().clone();
    // The best of three: other tests run beside.
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let answers = futures::future::join_all((0..64).map(|_| client.get("/wait/50"))).await;
        assert!(answers.iter().all(|answer| answer.text == "waited"));
        best = best.min(begun.elapsed());
    }
    assert!(best < Duration::from_millis(250), "64 requests of 50 ms took {best:?}");
    launcher.stop().await;
}

#[tokio::test]
async fn what_is_the_users_does_not_reach_the_guest() {
    let (launcher, _channel) = Start::with(test_guests::SHOWS_HEADERS).running().await;
    let request = Request::get("/headers")
        .header("host", "localhost")
        .header("x-temps-auth-signature", SECRET)
        .header("x-temps-actor-token", "token")
        .header("cookie", "session=1")
        .header("authorization", "Bearer 1")
        .header("x-temps-request-id", "r-1")
        .header("accept", "text/plain")
        .body(Empty::<Bytes>::new());
    let seen = launcher.client().answer(request.unwrap()).await.text;
    for hidden in ["cookie", "authorization", "signature", "token", SECRET] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
    assert!(seen.contains("accept: text/plain") && seen.contains("x-temps-request-id: r-1"), "{seen}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_table_answers_for_the_guest() {
    let (launcher, _channel) = Start::with(test_guests::TABLE).running().await;
    assert_eq!(launcher.get("/items/7").await.text, "item 7");
    assert_eq!(launcher.get("/hidden").await.status, StatusCode::NOT_FOUND, "the router has it, the table does not");
    let wrong = launcher.client().post("/items/7", "").await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.headers["allow"], "GET, HEAD");
    let line = launcher.logged("/items/{id}").await;
    assert!(line.contains("route"), "{line}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_small_body_that_does_not_come_is_given_up_on() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).limit("first_byte", "200ms").running().await;
    let mut stream = UnixStream::connect(launcher.socket()).await.unwrap();
    let head =
        format!("POST /collect HTTP/1.1\r\nhost: localhost\r\nx-temps-auth-signature: {SECRET}\r\ncontent-length: 5\r\n\r\n12");
    let answer = exchange(&mut stream, &head, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}
