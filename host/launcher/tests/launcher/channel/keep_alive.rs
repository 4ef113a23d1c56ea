//! Hosts that hang, and hosts that are gone.

use std::time::{Duration, Instant};

use serde_json::json;
use temps_plugin_protocol::ProtocolVersion;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

use super::{hello, works};
use crate::support::{Channel, SECRET};

/// A ping without a payload, as a server sends it.
const EMPTY_PING: [u8; 2] = [0x89, 0];

#[tokio::test]
async fn a_host_that_neither_reads_nor_writes_loses_the_channel_and_can_open_another_in_v1() {
    a_host_that_neither_reads_nor_writes_loses_the_channel_and_can_open_another(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn a_host_that_neither_reads_nor_writes_loses_the_channel_and_can_open_another_in_v2() {
    a_host_that_neither_reads_nor_writes_loses_the_channel_and_can_open_another(ProtocolVersion::V2).await;
}

async fn a_host_that_neither_reads_nor_writes_loses_the_channel_and_can_open_another(version: ProtocolVersion) {
    let start = hello(version).limit("channel_ping", "500ms").limit("channel_silence", "3s");
    let (launcher, mut hung) = start.running().await;
    let begun = Instant::now();
    let answer = launcher.get("/project/7").await;
    assert!(answer.text.contains("the channel to the platform is closed"), "{}", answer.text);
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
    launcher.logged("the channel was lost: the host gave no sign of life").await;
    // What it did not read lies there still, up to the end.
    let mut unread = Vec::new();
    hung.connection().read_to_end(&mut unread).await.unwrap();
    assert!(unread.windows(2).any(|two| two == EMPTY_PING), "it was not pinged");
    assert!(unread.ends_with(b"no sign of life"), "{}", String::from_utf8_lossy(&unread));
    // A host that reads answers pings by it, so this one is kept.
    let mut channel = launcher.channel().await;
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_host_that_only_pings_is_not_answered_without_an_end() {
    let start = hello(ProtocolVersion::V2).limit("channel_ping", "500ms").limit("channel_silence", "3s");
    let (launcher, mut deaf) = start.running().await;
    let before = launcher.resident_kb();
    // Pings with 125 bytes, under a mask of zeros, in pieces of a megabyte.
    let ping = [&[0x89, 0xfd, 0, 0, 0, 0][..], &[b'p'; 125]].concat();
    let pings = ping.repeat(8_000);
    for _ in 0..1_000 {
        if deaf.connection().write_all(&pings).await.is_err() {
            break;
        }
    }
    launcher.logged("the channel was lost: the host does not read the answers to its pings").await;
    let grown = launcher.resident_kb().saturating_sub(before);
    assert!(grown < 8 << 10, "the process has grown by {grown} KB");
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_host_that_sends_events_and_does_not_read_is_read() {
    let start = hello(ProtocolVersion::V2).limit("event_queue", "4").limit("platform_call_time", "500ms");
    let (launcher, mut channel) = start.running().await;
    let before = launcher.resident_kb();
    let event = |id: u32| {
        json!({ "type": "event", "event": { "id": id.to_string(), "event_type": "deployment.succeeded",
        "timestamp": "2026-01-01T00:00:00Z", "project_id": 7, "data": { "padding": "p".repeat(10_000) } } })
    };
    for id in 0..5_000 {
        channel.send_message(Message::text(event(id).to_string())).await;
    }
    launcher.logged("an event from the channel is lost").await;
    let grown = launcher.resident_kb().saturating_sub(before);
    assert!(grown < 32 << 10, "the process has grown by {grown} KB");
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn without_a_host_the_launcher_ends_in_v1() {
    without_a_host_the_launcher_ends(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn without_a_host_the_launcher_ends_in_v2() {
    without_a_host_the_launcher_ends(ProtocolVersion::V2).await;
}

async fn without_a_host_the_launcher_ends(version: ProtocolVersion) {
    let (mut launcher, channel) = hello(version).limit("channel_grace", "500ms").running().await;
    let begun = Instant::now();
    drop(channel);
    let status = launcher.exit().await;
    assert_eq!(status.code(), Some(10));
    assert!(begun.elapsed() >= Duration::from_millis(500), "{:?}", begun.elapsed());
    assert!(!launcher.socket().exists(), "the socket is left");
    let last = launcher.last_line().await;
    assert_eq!((&last["level"], &last["exit_code"]), (&json!("ERROR"), &json!(10)));
    assert!(last["message"].as_str().unwrap().contains("did not open another within 500ms"), "{last}");
    launcher.logged("stopping: the host closed the channel").await;
}

#[tokio::test]
async fn a_request_under_way_is_finished_though_the_host_is_gone() {
    let start = crate::support::Start::with(test_guests::MIXED).limit("channel_grace", "200ms");
    let (mut launcher, channel) = start.running().await;
    let client = launcher.client().clone();
    let slow = tokio::spawn(async move { client.get("/wait/1000").await });
    launcher.get("/wait/50").await;
    drop(channel);
    assert_eq!(slow.await.unwrap().text, "waited");
    assert_eq!(launcher.exit().await.code(), Some(10));
}

#[tokio::test]
async fn another_channel_within_the_grace_keeps_the_launcher_in_v1() {
    another_channel_within_the_grace_keeps_the_launcher(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn another_channel_within_the_grace_keeps_the_launcher_in_v2() {
    another_channel_within_the_grace_keeps_the_launcher(ProtocolVersion::V2).await;
}

async fn another_channel_within_the_grace_keeps_the_launcher(version: ProtocolVersion) {
    let grace = Duration::from_secs(4);
    let (mut launcher, channel) = hello(version).limit("channel_grace", "4s").running().await;
    drop(channel);
    let lost = launcher.logged("the channel was lost").await;
    assert!(lost.contains("WARN"), "{lost}");
    let secret = (version == ProtocolVersion::V2).then_some(SECRET);
    let mut channel = Channel::open(launcher.socket(), secret, version).await.unwrap_or_else(|status| panic!("{status}"));
    let opened = Instant::now();
    // The event that would come if it were not kept is the process's end.
    tokio::select! {
        status = launcher.exit() => panic!("{status}"),
        () = tokio::time::sleep_until((opened + grace).into()) => {}
    }
    works(&launcher, &mut channel).await;
    drop(channel);
    assert_eq!(launcher.exit().await.code(), Some(10));
}
