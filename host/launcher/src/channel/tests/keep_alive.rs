//! The host's silence and absence, in paused time: a pipe in memory takes the place of the socket.

use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, SinkExt, StreamExt};
use serde_json::json;
use temps_plugin_protocol::{PluginManifest, ProtocolVersion, encode_event, encode_response};
use temps_plugin_runtime::PlatformError;
use tokio::io::DuplexStream;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::{Link, ask};
use crate::channel::connection::{self, CLOSE_TIME, config};
use crate::channel::keep_alive::MAX_PONGS;
use crate::channel::{LinkLimits, Seat};
use crate::events::event;
use crate::testing::{FakeInbox, LIMITS};

const V2: ProtocolVersion = ProtocolVersion::V2;
const PING: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(60);
const GRACE: Duration = Duration::from_secs(60);
/// The clock's step.
const TICK: Duration = Duration::from_millis(2);

fn link() -> Arc<Link> {
    let call_time = Duration::from_secs(600);
    Link::new(V2, LinkLimits { ping: PING, silence: SILENCE, grace: GRACE, call_time, ..LIMITS })
}

/// Opens the channel over a pipe that holds so many bytes, and gives the host's end.
async fn open(link: &Arc<Link>, bytes: usize) -> WebSocketStream<DuplexStream> {
    let (host, plugin) = tokio::io::duplex(bytes);
    let seat = Seat::take(link).unwrap();
    let manifest = PluginManifest::builder("fake", "1.0.0").event("deployment.*").build();
    let events = Arc::new(FakeInbox::new(Arc::new(manifest)));
    let socket = WebSocketStream::from_raw_socket(plugin, Role::Server, Some(config())).await;
    link.connections.spawn(connection::run(seat, socket, events));
    WebSocketStream::from_raw_socket(host, Role::Client, None).await
}

/// Waits until the channel is lost, and says how long that took.
async fn lost(link: &Arc<Link>) -> Duration {
    let begun = Instant::now();
    let asked = ask(link, 1).await;
    assert_eq!(asked.await.unwrap(), Err(PlatformError::Disconnected));
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_silent_host_is_pinged_and_then_given_up() {
    let link = link();
    let mut host = open(&link, 1024).await;
    let begun = Instant::now();
    for nth in 1..3 {
        // Reading the ping would answer it, so the host only looks whether something is there.
        let mut header = [0; 2];
        tokio::io::AsyncReadExt::read_exact(host.get_mut(), &mut header).await.unwrap();
        assert_eq!(header, [0x89, 0], "an empty ping");
        let after = begun.elapsed();
        assert!(after >= PING * nth && after <= PING * nth + TICK, "ping {nth} came after {after:?}");
    }
    let rest = lost(&link).await;
    assert!(begun.elapsed() >= SILENCE && begun.elapsed() <= SILENCE + TICK, "{:?}, of it {rest:?}", begun.elapsed());
    let ended = loop {
        match host.next().await.unwrap().unwrap() {
            Message::Close(frame) => break frame.unwrap(),
            Message::Ping(_) | Message::Text(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((ended.code, ended.reason.as_str()), (CloseCode::Policy, "no sign of life"));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_answers_pings_is_kept() {
    let link = link();
    let mut host = open(&link, 1024).await;
    let mut pings = 0;
    let read = timeout(SILENCE * 10, async {
        loop {
            assert!(matches!(host.next().await.unwrap().unwrap(), Message::Ping(_)));
            pings += 1;
        }
    });
    assert!(read.await.is_err());
    assert!((28..=30).contains(&pings), "{pings} pings in ten minutes");
    let asked = ask(&link, 1).await;
    while !matches!(host.next().await.unwrap().unwrap(), Message::Text(_)) {}
    host.send(Message::text(encode_response(V2, 0, "get_project", &Ok(json!(7))))).await.unwrap();
    assert_eq!(asked.await.unwrap(), Ok(json!(7)));
}

#[tokio::test(start_paused = true)]
async fn whatever_the_host_sends_in_time_is_a_sign_of_life() {
    let messages = [
        Message::text(encode_event(&event("1", "deployment.failed"))),
        Message::text("nonsense"),
        Message::binary(b"nonsense".as_slice()),
        Message::Ping("hello".into()),
        Message::Pong("unasked".into()),
    ];
    for message in messages {
        let link = link();
        let mut host = open(&link, 1024).await;
        sleep(SILENCE - TICK).await;
        host.send(message.clone()).await.unwrap();
        let after = lost(&link).await;
        assert!(after >= SILENCE && after <= SILENCE + TICK, "{message:?}: {after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn fragments_alone_are_none() {
    let link = link();
    let mut host = open(&link, 1024).await;
    sleep(SILENCE - TICK).await;
    // `{` as text that is not over yet, under a mask of zeros.
    tokio::io::AsyncWriteExt::write_all(host.get_mut(), &[0x01, 0x81, 0, 0, 0, 0, b'{']).await.unwrap();
    let after = lost(&link).await;
    assert!(after <= TICK * 2, "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ping_comes_before_the_end_however_the_limits_are_set() {
    let link = Link::new(V2, LinkLimits { ping: SILENCE, silence: Duration::from_secs(10), ..LIMITS });
    let mut host = open(&link, 1024).await;
    for _ in 0..10 {
        assert!(matches!(host.next().await.unwrap().unwrap(), Message::Ping(_)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_read_is_given_up_with_what_waits_for_it() {
    let link = link();
    let _host = open(&link, 64).await;
    let mut asked = Vec::new();
    for project_id in 0..100 {
        asked.push(ask(&link, project_id).await);
    }
    let begun = Instant::now();
    for asked in asked {
        assert_eq!(asked.await.unwrap(), Err(PlatformError::Disconnected));
    }
    assert!(begun.elapsed() >= SILENCE && begun.elapsed() <= SILENCE + TICK, "{:?}", begun.elapsed());
    assert_eq!((link.waiting(), link.in_flight()), (0, 0));
    // Nor does it keep the closing.
    timeout(CLOSE_TIME + TICK, link.close()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_pings_is_answered_if_the_host_reads() {
    let link = link();
    let host = open(&link, 1024).await;
    let (mut sink, mut stream) = host.split();
    const FLOOD: usize = 20_000;
    let pings = async {
        for _ in 0..FLOOD {
            sink.feed(Message::Ping("?".into())).await.unwrap();
        }
        sink.flush().await.unwrap();
    };
    let begun = Instant::now();
    let pongs = async {
        // Answers may be left out, but not that to the last.
        while let Ok(message) = timeout(PING / 2, stream.next()).await {
            assert_eq!(message.unwrap().unwrap(), Message::Pong("?".into()));
        }
    };
    tokio::join!(pings, pongs);
    assert!(begun.elapsed() <= PING / 2 + TICK, "{:?}", begun.elapsed());
    assert!(ask(&link, 1).await.now_or_never().is_none(), "the channel is open");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_pings_and_does_not_read_is_not_read_from_either() {
    let link = link();
    // The pipe to the host holds less than one answer, that from it a few pings.
    let mut host = open(&link, 64).await;
    let payload = "p".repeat(100);
    let mut sent = 0;
    let begun = Instant::now();
    // The last one fails with the connection.
    while host.send(Message::Ping(payload.clone().into())).await.is_ok() {
        sent += 1;
        assert!(sent <= MAX_PONGS * 3, "the launcher takes pings without an end");
    }
    assert!(sent >= MAX_PONGS, "{sent}");
    let after = begun.elapsed();
    assert!(after >= SILENCE && after <= SILENCE + CLOSE_TIME + TICK, "{after:?}");
    lost(&link).await;
}

#[tokio::test(start_paused = true)]
async fn the_host_is_gone_once_the_channel_has_been_lost_for_the_grace() {
    let link = link();
    let begun = Instant::now();
    // Before it was ever open, another limit is at work.
    assert!(timeout(GRACE * 3, link.abandoned()).await.is_err());
    let host = open(&link, 1024).await;
    sleep(TICK).await;
    drop(host);
    lost(&link).await;
    let lost_at = Instant::now();
    // Even if nobody looks for a while.
    sleep(GRACE / 2).await;
    link.abandoned().await;
    assert!(lost_at.elapsed() >= GRACE - TICK && lost_at.elapsed() <= GRACE + TICK, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn another_connection_within_the_grace_cancels_it() {
    let link = link();
    let abandoned = tokio::spawn({
        let link = link.clone();
        async move {
            link.abandoned().await;
            Instant::now()
        }
    });
    let mut lost_at = Instant::now();
    for _ in 0..5 {
        let host = open(&link, 1024).await;
        sleep(TICK).await;
        drop(host);
        lost(&link).await;
        lost_at = Instant::now();
        sleep_until(lost_at + GRACE - TICK * 3).await;
        assert!(!abandoned.is_finished());
    }
    let end = abandoned.await.unwrap();
    assert!(end >= lost_at + GRACE - TICK && end <= lost_at + GRACE + TICK, "{:?}", end - lost_at);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_open_for_a_moment_begins_the_grace_again() {
    let link = link();
    let abandoned = tokio::spawn({
        let link = link.clone();
        async move { link.abandoned().await }
    });
    for _ in 0..2 {
        Seat::take(&link).unwrap().open();
        sleep(GRACE - TICK * 3).await;
    }
    assert!(!abandoned.is_finished());
    sleep(TICK * 4).await;
    assert!(abandoned.is_finished());
}
