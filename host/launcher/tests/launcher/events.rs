//! Events, over the channel and over HTTP.

use std::convert::Infallible;

use bytes::Bytes;
use futures::stream;
use http::StatusCode;
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use rustix::process::Signal;
use serde_json::{Value, json};
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

#[tokio::test]
async fn a_handler_that_traps_stops_neither_the_launcher_nor_the_next_event() {
    let (launcher, mut channel) = Start::with(test_guests::PANICS).running().await;
    channel.event("fatal", "project.created").await;
    let line = not_delivered(&launcher, "fatal").await;
    assert!(line.contains("an event too many"), "{line}");
    assert_eq!(launcher.get("/ok").await.text, "ok");
    channel.event("harmless", "project.deleted").await;
    delivered(&launcher, "harmless").await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_handler_that_fails_does_not_stop_the_next_event() {
    let (launcher, mut channel) = Start::with(test_guests::MIXED).running().await;
    channel.event("refused", "project.deleted").await;
    channel.event("taken", "project.created").await;
    delivered(&launcher, "taken").await;
    let line = not_delivered(&launcher, "refused").await;
    assert!(line.contains("not this one"), "{line}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_handler_that_never_returns_does_not_stop_the_next_event() {
    let (launcher, mut channel) = Start::with(test_guests::MIXED).limit("event_time", "500ms").running().await;
    channel.event("stuck", "project.stuck").await;
    channel.event("next", "project.created").await;
    let line = not_delivered(&launcher, "stuck").await;
    assert!(line.contains("500ms"), "{line}");
    delivered(&launcher, "next").await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn what_was_acknowledged_is_delivered_before_the_end() {
    let (mut launcher, _channel) = hello(ProtocolVersion::V2).running().await;
    let ids: Vec<String> = (0..50).map(|n| format!("event-{n}")).collect();
    for id in &ids {
        assert_eq!(post(&launcher, event(id, "deployment.succeeded")).await, StatusCode::OK);
    }
    launcher.signal(Signal::TERM);
    assert!(launcher.exit().await.success());
    for id in &ids {
        delivered(&launcher, id).await;
    }
}
