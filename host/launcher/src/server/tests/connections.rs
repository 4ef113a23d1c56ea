use std::sync::atomic::Ordering;
use std::time::Duration;

use temps_plugin_protocol::ProtocolVersion;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::server::connection::HEAD_TIME;
use crate::testing::{Reply, TestSite, request, soon};

const KEPT: &[u8] = b"GET /a HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    for _ in 0..3 {
        stream.write_all(KEPT).await.unwrap();
        assert_eq!(soon(Reply::read_one(&mut stream)).await.text(), "guest /a");
    }
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    assert_eq!(soon(Reply::read_one(&mut stream)).await.text(), "ok");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_idles_is_closed_in_the_end() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(KEPT).await.unwrap();
    Reply::read_one(&mut stream).await;
    let before = tokio::time::Instant::now();
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    assert!(before.elapsed().abs_diff(HEAD_TIME) < Duration::from_secs(1), "{:?}", before.elapsed());
}

#[tokio::test]
async fn requests_may_be_sent_ahead() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&KEPT.repeat(3)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(soon(Reply::read_one(&mut stream)).await.text(), "guest /a");
    }
}

#[tokio::test]
async fn a_client_that_stops_sending_gets_its_answer() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/slow", &[], b"")).await.unwrap();
    stream.shutdown().await.unwrap();
    soon(site.guest.begun.notified()).await;
    site.guest.release.notify_one();
    assert_eq!(soon(Reply::read_to_end(&mut stream)).await.text(), "slow");
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_its_request() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/never", &[], b"")).await.unwrap();
    soon(site.guest.begun.notified()).await;
    assert_eq!(site.guest.dropped_count.load(Ordering::SeqCst), 0);
    drop(stream);
    soon(site.guest.dropped.notified()).await;
}

#[tokio::test]
async fn a_client_that_stops_sending_and_then_goes_away_cancels_its_request() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/never", &[], b"")).await.unwrap();
    stream.shutdown().await.unwrap();
    soon(site.guest.begun.notified()).await;
    drop(stream);
    soon(site.guest.dropped.notified()).await;
}

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle_of_an_answer_ends_it() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/endless", &[], b"")).await.unwrap();
    let mut some = [0; 4096];
    soon(stream.read_exact(&mut some)).await.unwrap();
    drop(stream);
    soon(site.guest.dropped.notified()).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_and_goes_away_ends_its_answer() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/endless", &[], b"")).await.unwrap();
    soon(site.guest.begun.notified()).await;
    drop(stream);
    soon(site.guest.dropped.notified()).await;
}

#[tokio::test]
async fn bodies_are_streamed_both_ways_at_once() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    let head = request("POST", "/echo", &["transfer-encoding: chunked"], b"");
    stream.write_all(&head).await.unwrap();
    for piece in ["first", "second"] {
        stream.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).await.unwrap();
        // The piece comes back before the next is sent.
        let mut came = Vec::new();
        while !came.ends_with(format!("{piece}\r\n").as_bytes()) {
            came.push(soon(stream.read_u8()).await.unwrap());
        }
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut rest = String::new();
    soon(stream.read_to_string(&mut rest)).await.unwrap();
    assert_eq!(rest, "0\r\n\r\n");
}

#[tokio::test]
async fn a_large_body_passes_both_ways() {
    let site = TestSite::start(ProtocolVersion::V1);
    let body = vec![b'x'; 4 << 20];
    let (mut reader, mut writer) = site.connect().await.into_split();
    let bytes = request("POST", "/echo", &[], &body);
    let writing = tokio::spawn(async move {
        writer.write_all(&bytes).await.unwrap();
        writer
    });
    let mut came = Vec::new();
    soon(reader.read_to_end(&mut came)).await.unwrap();
    drop(writing.await.unwrap());
    assert!(came.len() > body.len() && came.ends_with(&body[..1000]));
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_continue() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    let head = request("POST", "/collect", &["expect: 100-continue", "content-length: 5"], b"");
    stream.write_all(&head).await.unwrap();
    let reply = soon(Reply::read_one(&mut stream)).await;
    assert_eq!(reply.status, 100);
    stream.write_all(b"hello").await.unwrap();
    assert_eq!(soon(Reply::read_to_end(&mut stream)).await.text(), "hello");
}

#[tokio::test]
async fn a_client_that_asks_first_is_spared_sending_what_is_refused() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut stream = site.connect().await;
    let head = request("POST", "/echo", &["expect: 100-continue", "content-length: 5"], b"");
    stream.write_all(&head).await.unwrap();
    soon(Reply::read_one(&mut stream)).await.assert_problem(401);
}
