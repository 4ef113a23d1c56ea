//! A plugin's whole life, once in each version of the protocol.

use std::time::{Duration, Instant};

use http::StatusCode;
use rustix::process::Signal;
use serde_json::{Value, json};
use temps_plugin_protocol::{PlatformCall, ProtocolVersion};

use crate::events::post;
use crate::support::{Channel, Start};

#[tokio::test]
async fn a_whole_life_in_v1() {
    a_whole_life(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn a_whole_life_in_v2() {
    a_whole_life(ProtocolVersion::V2).await;
}

async fn a_whole_life(version: ProtocolVersion) {
    let mut launcher = Start::with(test_guests::TEMPS_HELLO_PLUGIN).version(version).spawn();
    let line = launcher.manifest().await;
    let manifest = match version {
        ProtocolVersion::V1 => &line,
        ProtocolVersion::V2 => &line["manifest"],
    };
    assert_eq!(manifest["name"], "hello");
    assert_eq!(manifest["requires_db"], false);
    assert_eq!(line.get("protocol_version"), (version == ProtocolVersion::V2).then_some(&json!(2)));
    launcher.launch().await;
    let ready: Value = serde_json::from_str(&launcher.line().await.unwrap()).unwrap();
    let mut expected = json!({ "type": "ready", "ready": true, "has_ui": false });
    if version == ProtocolVersion::V2 {
        expected["protocol_version"] = json!(2);
    }
    assert_eq!(ready, expected);

    // From the ready line on: health at once, unsigned. The socket is its owner's alone.
    let health = launcher.get("/health").await;
    assert_eq!((health.status, health.text.as_str()), (StatusCode::OK, "ok"));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(launcher.socket()).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    if version == ProtocolVersion::V2 {
        assert_eq!(Channel::open(launcher.socket(), None, version).await.err(), Some(401));
        assert_eq!(Channel::open(launcher.socket(), Some("another"), version).await.err(), Some(401));
    }
    let mut channel = launcher.channel().await;

    let hello = launcher.get("/hello/7").await;
    assert_eq!((hello.status, hello.text.as_str()), (StatusCode::OK, r#"{"id":7,"name":"user-7","msg":"hello world"}"#));
    assert_eq!(launcher.get("/no/such/route").await.status, StatusCode::NOT_FOUND);
    assert_eq!(launcher.client().post("/echo", "said").await.text, "said");
    if version == ProtocolVersion::V2 {
        let unsigned =
            http::Request::get("/hello/7").header("host", "localhost").body(http_body_util::Empty::<bytes::Bytes>::new());
        let answer = launcher.client().answer(unsigned.unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }

    // A query, answered over the channel.
    let (answer, ()) = tokio::join!(launcher.get("/project/7"), async {
        let (id, call) = channel.query().await;
        assert_eq!(call, PlatformCall::GetProject { project_id: 7 });
        channel.answer_project(id).await;
    });
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("seven"), "{}", answer.text);

    // Events: over the channel, over HTTP, and a bad one.
    channel.event("00000000-0000-0000-0000-000000000001", "deployment.succeeded").await;
    launcher.logged("00000000-0000-0000-0000-000000000001").await;
    let event = json!({ "id": "00000000-0000-0000-0000-000000000002", "event_type": "deployment.succeeded",
        "timestamp": "2026-01-01T00:00:00Z", "project_id": 7, "data": {} });
    assert_eq!(post(&launcher, event.to_string()).await, StatusCode::OK);
    assert_eq!(post(&launcher, "{").await, StatusCode::BAD_REQUEST);
    launcher.logged("00000000-0000-0000-0000-000000000002").await;
    let seen = loop {
        let seen = launcher.get("/events").await.text;
        if seen.matches("00000000").count() >= 2 {
            break seen;
        }
        tokio::task::yield_now().await;
    };
    let (first, second) = (seen.find("000000000001").unwrap(), seen.find("000000000002").unwrap());
    assert!(first < second, "out of order: {seen}");

    // The end, in time and with nothing left.
    let begun = Instant::now();
    launcher.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "stopping took {:?}", begun.elapsed());
}

#[tokio::test]
async fn what_the_guest_prints_is_in_the_log_alone() {
    let (launcher, _channel) = Start::with(test_guests::PRINTS).running().await;
    assert_eq!(launcher.get("/print").await.text, "printed");
    let line = launcher.logged("printed to stdout").await;
    assert!(line.contains(r#""plugin":"prints""#), "{line}");
    launcher.logged("printed to stderr").await;
    launcher.logged("forged").await;
    // `stop` checks that stdout had the two lines only.
    launcher.stop().await;
}

#[tokio::test]
async fn a_killed_launcher_starts_again_in_its_place() {
    for _ in 0..2 {
        let first = Start::with(test_guests::TEMPS_HELLO_PLUGIN);
        let (mut launcher, _channel) = first.running().await;
        launcher.signal(Signal::KILL);
        launcher.exit().await;
        assert!(launcher.socket().exists(), "a killed process cleans nothing up");
        let (again, _channel) = launcher.again().running().await;
        assert_eq!(again.get("/hello/1").await.status, StatusCode::OK);
        again.stop().await;
    }
}

#[tokio::test]
async fn interrupt_stops_as_terminate_does() {
    let (mut launcher, _channel) = Start::with(test_guests::TEMPS_HELLO_PLUGIN).running().await;
    launcher.signal(Signal::INT);
    assert!(launcher.exit().await.success());
}

#[tokio::test]
async fn stopping_waits_for_requests_under_way() {
    let (mut launcher, _channel) = Start::with(test_guests::MIXED).running().await;
    let client = launcher.client().clone();
    let slow = tokio::spawn(async move { client.get("/wait/500").await });
    // It is under way once the guest has been asked for something after it.
    launcher.get("/wait/50").await;
    launcher.signal(Signal::TERM);
    assert_eq!(slow.await.unwrap().text, "waited");
    assert!(launcher.exit().await.success());
}

#[tokio::test]
async fn a_shutdown_that_does_not_return_is_given_up_on() {
    let start = Start::with(test_guests::HANGS_IN_SHUTDOWN).limit("shutdown_time", "200ms");
    let (mut launcher, _channel) = start.running().await;
    let begun = Instant::now();
    launcher.signal(Signal::TERM);
    assert!(launcher.exit().await.success());
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    launcher.logged("`shutdown` did not return within 200ms").await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let (mut launcher, _channel) = Start::with(test_guests::MIXED).limit("drain_time", "200ms").running().await;
    let client = launcher.client().clone();
    let endless = tokio::spawn(async move {
        client
            .connect()
            .await
            .send_request(client.request("/wait/60000").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap())
            .await
    });
    launcher.get("/wait/50").await;
    let begun = Instant::now();
    launcher.signal(Signal::TERM);
    assert!(launcher.exit().await.success());
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(endless.await.unwrap().is_err(), "the request was cut off");
}

#[tokio::test]
async fn an_event_loop_that_is_held_ends_the_process_and_says_why() {
    let (mut launcher, _channel) = Start::with(test_guests::MIXED).limit("stall", "500ms").running().await;
    launcher.hold_event_loop();
    assert_eq!(launcher.exit().await.code(), Some(13));
    launcher.logged("the event loop did not turn for 500ms").await;
}

#[tokio::test]
async fn an_event_loop_that_is_held_does_not_outlive_a_signal() {
    let (mut launcher, _channel) = Start::with(test_guests::MIXED).limit("drain_time", "100ms").running().await;
    launcher.hold_event_loop();
    let begun = Instant::now();
    launcher.signal(Signal::TERM);
    assert_eq!(launcher.exit().await.code(), Some(13));
    // Long before the 30 s after which it would end without a signal.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    launcher.logged("the event loop does not turn, and did not stop within 2s 100ms").await;
}

#[tokio::test]
async fn every_signal_that_asks_for_an_end_puts_things_in_order() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let (mut launcher, _channel) = Start::with(test_guests::MIXED).running().await;
        launcher.get("/ok").await;
        launcher.signal(signal);
        assert!(launcher.exit().await.success(), "{signal:?}");
        launcher.logged("\"stopping\"").await;
    }
}
