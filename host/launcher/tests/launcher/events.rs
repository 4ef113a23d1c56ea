//! Events, over the channel and over HTTP.

use std::convert::Infallible;

use bytes::Bytes;
use futures::stream;
use http::StatusCode;
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use rustix::process::Signal;
use serde_json::{Value, json};
use temps_plugin_inbox::Operator;
use temps_plugin_protocol::{ProtocolVersion, headers};

use crate::support::{Launcher, SECRET, Start};

/// The largest event that may be posted.
const MAX_EVENT_BYTES: usize = 1 << 20;

fn hello(version: ProtocolVersion) -> Start {
    Start::with(test_guests::TEMPS_HELLO_PLUGIN).version(version)
}

fn event(id: &str, event_type: &str) -> String {
    json!({ "id": id, "event_type": event_type, "timestamp": "2026-01-01T00:00:00Z", "project_id": 7, "data": {} }).to_string()
}

/// Posts it as the host does.
pub(crate) async fn post(launcher: &Launcher, event: impl Into<Bytes>) -> StatusCode {
    let request = launcher.client().host_request("/_events").method("POST").body(Full::new(event.into()));
    launcher.client().answer(request.unwrap()).await.status
}

/// Says that an event of this size follows, and sends none of it: what a refusal leaves unread would break the connection.
async fn announce(launcher: &Launcher, bytes: usize) -> StatusCode {
    let request = launcher.client().host_request("/_events").method("POST").header("content-length", bytes);
    let nothing = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
    launcher.client().answer(request.body(nothing).unwrap()).await.status
}

/// Posts an event with these headers and no others of the host's.
async fn post_with(launcher: &Launcher, headers: &[(&str, &str)], event: String) -> StatusCode {
    let mut request = http::Request::post("/_events").header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    launcher.client().answer(request.body(Full::new(Bytes::from(event))).unwrap()).await.status
}

/// Waits until the plugin has taken the event.
async fn delivered(launcher: &Launcher, id: &str) {
    launcher.logged(&format!(r#""message":"event delivered","event":"{id}""#)).await;
}

/// Waits until the delivery of the event has failed, and gives the line that says why.
async fn not_delivered(launcher: &Launcher, id: &str) -> String {
    launcher.logged(&format!(r#""message":"event not delivered","event":"{id}""#)).await
}

/// The ids of the events that hello has seen, in order.
async fn seen(launcher: &Launcher) -> Vec<String> {
    let events: Vec<Value> = serde_json::from_str(&launcher.get("/events").await.text).unwrap();
    events.into_iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn they_reach_the_plugin_in_order_whichever_way_they_come_in_v1() {
    they_reach_the_plugin_in_order_whichever_way_they_come(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn they_reach_the_plugin_in_order_whichever_way_they_come_in_v2() {
    they_reach_the_plugin_in_order_whichever_way_they_come(ProtocolVersion::V2).await;
}

async fn they_reach_the_plugin_in_order_whichever_way_they_come(version: ProtocolVersion) {
    let (launcher, mut channel) = hello(version).running().await;
    let ids: Vec<String> = (0..30).map(|n| format!("event-{n}")).collect();
    for id in &ids[..10] {
        channel.event(id, "deployment.succeeded").await;
    }
    // Nothing tells the host when the channel's events are taken; what is posted is taken once it is answered.
    delivered(&launcher, &ids[9]).await;
    for id in &ids[10..20] {
        assert_eq!(post(&launcher, event(id, "deployment.succeeded")).await, StatusCode::OK);
    }
    for id in &ids[20..] {
        channel.event(id, "deployment.succeeded").await;
    }
    delivered(&launcher, &ids[29]).await;
    assert_eq!(seen(&launcher).await, ids);
    launcher.stop().await;
}

#[tokio::test]
async fn an_event_arrives_whole() {
    let (launcher, mut channel) = hello(ProtocolVersion::V1).running().await;
    let sent = json!({
        "id": "whole", "event_type": "deployment.succeeded", "timestamp": "2026-01-01T00:00:00Z", "project_id": null,
        "data": { "deployment_id": 1, "url": "https://x", "nested": { "list": [1, 2.5, "ü", null] } },
    });
    channel.send(json!({ "type": "event", "event": sent })).await;
    delivered(&launcher, "whole").await;
    let events: Value = serde_json::from_str(&launcher.get("/events").await.text).unwrap();
    assert_eq!(events, json!([sent]));
    launcher.stop().await;
}

#[tokio::test]
async fn what_is_no_event_is_refused() {
    let (launcher, _channel) = hello(ProtocolVersion::V2).running().await;
    for body in ["", "{", "[]", "{}", r#"{"id":"1"}"#] {
        assert_eq!(post(&launcher, body).await, StatusCode::BAD_REQUEST, "{body}");
    }
    let large = event("large", "deployment.succeeded");
    let padded = large.clone() + &" ".repeat(MAX_EVENT_BYTES - large.len());
    assert_eq!(announce(&launcher, MAX_EVENT_BYTES + 1).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post(&launcher, padded).await, StatusCode::OK);
    delivered(&launcher, "large").await;
    assert_eq!(seen(&launcher).await, ["large"]);
    launcher.stop().await;
}

const SIGNED: (&str, &str) = (headers::AUTH_SIGNATURE, SECRET);
const AUTH: (&str, &str) = (headers::AUTH, SECRET);
const PROXIED: (&str, &str) = (headers::PLUGIN, "hello");

#[tokio::test]
async fn only_the_host_may_post_them_in_v1() {
    let wrong = (headers::AUTH, "another");
    only_the_host_may_post_them(ProtocolVersion::V1, [&[], &[wrong], &[SIGNED]], &[AUTH, PROXIED]).await;
}

#[tokio::test]
async fn only_the_host_may_post_them_in_v2() {
    let wrong = (headers::AUTH_SIGNATURE, "another");
    only_the_host_may_post_them(ProtocolVersion::V2, [&[], &[wrong], &[AUTH]], &[SIGNED, PROXIED]).await;
}

async fn only_the_host_may_post_them(version: ProtocolVersion, unsigned: [&[(&str, &str)]; 3], proxied: &[(&str, &str)]) {
    let (launcher, _channel) = hello(version).running().await;
    let forged = event("forged", "deployment.succeeded");
    for headers in unsigned {
        assert_eq!(post_with(&launcher, headers, forged.clone()).await, StatusCode::UNAUTHORIZED, "{headers:?}");
    }
    assert_eq!(post_with(&launcher, proxied, forged).await, StatusCode::NOT_FOUND);
    launcher.logged("a posted event was denied").await;
    assert_eq!(post(&launcher, event("true", "deployment.succeeded")).await, StatusCode::OK);
    delivered(&launcher, "true").await;
    assert_eq!(seen(&launcher).await, ["true"]);
    launcher.stop().await;
}

#[tokio::test]
async fn what_the_plugin_does_not_subscribe_to_is_refused() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    channel.event("unwanted", "deployment.failed").await;
    let line = launcher.logged("an event from the channel was not taken").await;
    assert!(line.contains("unwanted") && line.contains("does not subscribe to `deployment.failed`"), "{line}");
    assert_eq!(post(&launcher, event("posted", "deployment.failed")).await, StatusCode::UNPROCESSABLE_ENTITY);
    let line = launcher.logged("a posted event was not taken").await;
    assert!(line.contains("posted") && line.contains("does not subscribe to `deployment.failed`"), "{line}");
    assert_eq!(seen(&launcher).await, [""; 0]);
    launcher.stop().await;
}

/// A launcher that tries an event twice, at once.
fn twice(component: &str) -> Start {
    Start::with(component).limit("event_tries", "2").limit("event_retry", "1ms")
}

/// Waits until the event is dead, and gives the line that says why.
async fn dead(launcher: &Launcher, id: &str) -> String {
    let line = launcher.logged(&format!(r#""message":"the event is dead: `temps-wasm events` shows it","event":"{id}""#)).await;
    assert!(line.contains(r#""attempts":2"#), "{line}");
    line
}

#[tokio::test]
async fn a_handler_that_traps_stops_neither_the_launcher_nor_the_next_event() {
    let (launcher, mut channel) = twice(test_guests::PANICS).running().await;
    channel.event("fatal", "project.created").await;
    channel.event("harmless", "project.deleted").await;
    let line = not_delivered(&launcher, "fatal").await;
    assert!(line.contains("an event too many"), "{line}");
    dead(&launcher, "fatal").await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    delivered(&launcher, "harmless").await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_handler_that_fails_does_not_stop_the_next_event() {
    let (launcher, mut channel) = twice(test_guests::MIXED).running().await;
    channel.event("refused", "project.deleted").await;
    channel.event("taken", "project.created").await;
    delivered(&launcher, "taken").await;
    let line = not_delivered(&launcher, "refused").await;
    assert!(line.contains("not this one") && line.contains(r#""attempt":1"#), "{line}");
    let line = launcher.logged(r#""message":"the event is tried again","event":"refused""#).await;
    assert!(line.contains(r#""retried":1"#) && line.contains(r#""dead":0"#), "{line}");
    // The other event may not have come yet.
    assert!(line.contains(r#""pending":1,"#) || line.contains(r#""pending":2,"#), "{line}");
    let line = dead(&launcher, "refused").await;
    assert!(line.contains("not this one") && line.contains(r#""dead":1"#), "{line}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_handler_that_never_returns_does_not_stop_the_next_event() {
    let (launcher, mut channel) = twice(test_guests::MIXED).limit("event_time", "500ms").running().await;
    channel.event("stuck", "project.stuck").await;
    channel.event("next", "project.created").await;
    let line = not_delivered(&launcher, "stuck").await;
    assert!(line.contains("500ms"), "{line}");
    dead(&launcher, "stuck").await;
    delivered(&launcher, "next").await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn an_event_that_comes_twice_is_delivered_once() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    for _ in 0..2 {
        assert_eq!(post(&launcher, event("same", "deployment.succeeded")).await, StatusCode::OK);
        channel.event("same", "deployment.succeeded").await;
    }
    assert_eq!(post(&launcher, event("last", "deployment.succeeded")).await, StatusCode::OK);
    delivered(&launcher, "last").await;
    assert_eq!(seen(&launcher).await, ["same", "last"]);
    launcher.stop().await;
}

#[tokio::test]
async fn what_was_acknowledged_outlives_every_end_and_comes_before_new_events() {
    for signal in [Signal::TERM, Signal::KILL] {
        let (mut launcher, _channel) = Start::with(test_guests::MIXED).limit("drain_time", "100ms").running().await;
        // It never returns, so that the others wait.
        assert_eq!(post(&launcher, event("stuck", "project.stuck")).await, StatusCode::OK);
        launcher.logged(r#""message":"event given to the plugin","event":"stuck""#).await;
        let ids: Vec<String> = (0..50).map(|n| format!("event-{n}")).collect();
        for id in &ids {
            assert_eq!(post(&launcher, event(id, "project.created")).await, StatusCode::OK);
        }
        launcher.signal(signal);
        assert_eq!(launcher.exit().await.success(), signal == Signal::TERM);

        let again = launcher.again().limit("event_time", "300ms").limit("event_tries", "2").limit("event_retry", "1ms");
        let (launcher, _channel) = again.running().await;
        let line = launcher.logged(r#""message":"events from before""#).await;
        assert!(line.contains(r#""pending":51"#), "{line}");
        assert_eq!(post(&launcher, event("new", "project.created")).await, StatusCode::OK);
        delivered(&launcher, "new").await;
        let order: Vec<String> = launcher
            .log()
            .iter()
            .filter(|line| line.contains(r#""message":"event delivered""#))
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(order[..50], ids);
        assert_eq!(order[50..], ["new"]);
        launcher.stop().await;
    }
}

#[tokio::test]
async fn an_inbox_that_cannot_be_opened_fails_the_start() {
    let start = hello(ProtocolVersion::V2);
    let own = start.folder().join("data/.launcher");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("inbox.db"), "this is no database, and never was one").unwrap();
    let mut launcher = start.spawn();
    launcher.manifest().await;
    launcher.launch().await;
    launcher.fails(8, &["cannot open the event inbox"]).await;
}

#[tokio::test]
async fn an_inbox_that_cannot_be_written_refuses_and_says_so() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    // Another process writes, and does not come to an end.
    let other = rusqlite::Connection::open(launcher.folder().join("data/.launcher/inbox.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    channel.event("kept", "deployment.succeeded").await;
    assert_eq!(post(&launcher, event("refused", "deployment.succeeded")).await, StatusCode::SERVICE_UNAVAILABLE);
    launcher.logged("the event inbox cannot be written").await;
    other.execute_batch("ROLLBACK").unwrap();
    delivered(&launcher, "kept").await;
    assert_eq!(post(&launcher, event("refused", "deployment.succeeded")).await, StatusCode::OK);
    delivered(&launcher, "refused").await;
    assert_eq!(seen(&launcher).await, ["kept", "refused"]);
    launcher.stop().await;
}

#[tokio::test]
async fn more_events_than_may_wait_are_refused() {
    let (launcher, mut channel) = Start::with(test_guests::MIXED).limit("event_queue", "2").running().await;
    assert_eq!(post(&launcher, event("stuck", "project.stuck")).await, StatusCode::OK);
    assert_eq!(post(&launcher, event("waits", "project.created")).await, StatusCode::OK);
    assert_eq!(post(&launcher, event("third", "project.created")).await, StatusCode::SERVICE_UNAVAILABLE);
    channel.event("lost", "project.created").await;
    let line = launcher.logged("an event from the channel is lost").await;
    assert!(line.contains(r#""event":"lost""#) && line.contains("the inbox is full"), "{line}");
}

#[tokio::test]
async fn an_operator_gets_a_running_plugin_past_an_event_that_it_cannot_take() {
    let start = Start::with(test_guests::MIXED).limit("event_retry", "1h").limit("event_retry_longest", "1h");
    let (launcher, mut channel) = start.running().await;
    channel.event("refused", "project.deleted").await;
    channel.event("next", "project.created").await;
    let line = launcher.logged(r#""message":"the event is tried again","event":"refused""#).await;
    assert!(line.contains(r#""pending":2"#), "{line}");
    let operator = Operator::open(&launcher.folder().join("data")).await.unwrap();
    operator.drop("refused").await.unwrap().unwrap();
    delivered(&launcher, "next").await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_plugin_that_is_ready_for_several_events_gets_them_if_the_operator_says_so() {
    let (launcher, mut channel) = Start::with(test_guests::MIXED).limit("events_at_once", "2").running().await;
    channel.event("stuck", "project.stuck").await;
    channel.event("beside", "project.created").await;
    delivered(&launcher, "beside").await;
    // Both places are taken now.
    channel.event("stuck-too", "project.stuck").await;
    launcher.logged(r#""message":"event given to the plugin","event":"stuck-too""#).await;
    channel.event("behind", "project.created").await;
    launcher.logged(r#""message":"event from the channel taken","event":"behind""#).await;
    assert!(!launcher.log().iter().any(|line| line.contains(r#"given to the plugin","event":"behind""#)));
}

#[tokio::test]
async fn a_plugin_that_does_not_say_that_it_is_gets_one_whatever_the_operator_says() {
    let start = Start::with(test_guests::KEEPS_EVENTS).limit("events_at_once", "8").limit("event_retry", "1h");
    let (launcher, mut channel) = start.running().await;
    for n in 0..400 {
        channel.event(&format!("event-{n}"), "deployment.succeeded").await;
    }
    // One of them fails sooner or later, and holds up those behind it.
    launcher.logged(r#""message":"the event is tried again""#).await;
    let last = launcher.log().iter().rev().find(|line| line.contains("event given to the plugin")).unwrap().clone();
    let failed = launcher.logged(r#""message":"event not delivered""#).await;
    let event = |line: &str| serde_json::from_str::<Value>(line).unwrap()["event"].clone();
    assert_eq!(event(&last), event(&failed));
}
