use std::time::Duration;

use temps_plugin_protocol::ProtocolVersion;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::testing::{Reply, SOON, TestSite, request, soon};

#[tokio::test]
async fn connections_that_idle_are_closed_at_once() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut used = site.connect().await;
    used.write_all(b"GET /a HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    soon(Reply::read_one(&mut used)).await;
    let mut fresh = site.connect().await;
    // Answered, so the fresh connection before it has been accepted.
    site.send("GET", "/health", &[], b"").await;
    soon(site.server.drain(SOON * 2)).await;
    assert_eq!(used.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(fresh.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_request_under_way_is_waited_for() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    soon(site.guest.begun.notified()).await;
    site.server.stop_accepting();
    let drained = tokio::spawn(site.server.drain(SOON * 2));
    tokio::task::yield_now().await;
    assert!(!drained.is_finished());
    site.guest.release.notify_one();
    assert_eq!(soon(Reply::read_to_end(&mut stream)).await.text(), "slow");
    soon(drained).await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/never", &[], b"")).await.unwrap();
    soon(site.guest.begun.notified()).await;
    soon(site.server.drain(Duration::from_millis(50))).await;
    soon(site.guest.dropped.notified()).await;
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn nobody_is_let_in_any_more() {
    let site = TestSite::start(ProtocolVersion::V1);
    let path = site.path.clone();
    soon(site.server.drain(SOON)).await;
    assert!(UnixStream::connect(&path).await.is_err());
}

#[tokio::test]
async fn a_server_that_is_dropped_cuts_everything_off() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut stream = site.connect().await;
    stream.write_all(&request("GET", "/never", &[], b"")).await.unwrap();
    soon(site.guest.begun.notified()).await;
    drop(site.server);
    soon(site.guest.dropped.notified()).await;
}
