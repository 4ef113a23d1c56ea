use serde_json::json;
use temps_plugin_protocol::{ProtocolVersion, paths};

use crate::server::events::MAX_EVENT_BYTES;
use crate::testing::{TestSite, signature};

fn event(event_type: &str) -> Vec<u8> {
    json!({"id": "1", "event_type": event_type, "timestamp": "2026-01-01T00:00:00Z", "project_id": 7, "data": {}})
        .to_string()
        .into_bytes()
}

#[tokio::test]
async fn an_event_is_taken_in_v2_with_the_signature() {
    let site = TestSite::start(ProtocolVersion::V2);
    let body = event("deployment.succeeded");
    site.send("POST", paths::EVENTS, &[], &body).await.assert_problem(401);
    site.send("POST", paths::EVENTS, &["x-temps-auth: s3cret"], &body).await.assert_problem(401);
    assert_eq!(site.inbox.waiting(), 0);
    assert_eq!(site.send_signed("POST", paths::EVENTS, &body).await.status, 200);
    assert_eq!(site.inbox.next().await.project_id, Some(7));
}

#[tokio::test]
async fn an_event_is_taken_in_v1_from_the_host_alone() {
    let site = TestSite::start(ProtocolVersion::V1);
    let body = event("deployment.succeeded");
    site.send("POST", paths::EVENTS, &[], &body).await.assert_problem(401);
    site.send("POST", paths::EVENTS, &["x-temps-auth: wrong"], &body).await.assert_problem(401);
    site.send("POST", paths::EVENTS, &["x-temps-auth: s3cret", "x-temps-plugin: fake"], &body).await.assert_problem(404);
    assert_eq!(site.inbox.waiting(), 0);
    assert_eq!(site.send("POST", paths::EVENTS, &["x-temps-auth: s3cret"], &body).await.status, 200);
    assert_eq!(site.inbox.waiting(), 1);
}

#[tokio::test]
async fn what_is_no_event_or_not_wanted_is_refused() {
    let site = TestSite::start(ProtocolVersion::V2);
    for body in [&b"{"[..], b"{}", b"[]", b"", b"\xff"] {
        site.send_signed("POST", paths::EVENTS, body).await.assert_problem(400);
    }
    site.send_signed("POST", paths::EVENTS, &event("project.created")).await.assert_problem(422);
    let reply = site.send_signed("GET", paths::EVENTS, b"").await;
    reply.assert_problem(405);
    assert_eq!(reply.header("allow"), Some("post"));
    assert_eq!(site.inbox.waiting(), 0);
}

#[tokio::test]
async fn an_event_has_a_largest_size() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut body = event("deployment.succeeded");
    body.resize(MAX_EVENT_BYTES, b' ');
    assert_eq!(site.send_signed("POST", paths::EVENTS, &body).await.status, 200);
    body.push(b' ');
    site.send_signed("POST", paths::EVENTS, &body).await.assert_problem(413);
    // Without a length the size shows only while it is read.
    let chunked = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    let head = [&*signature(), "transfer-encoding: chunked"];
    let mut stream = site.connect().await;
    let mut bytes = crate::testing::request("POST", paths::EVENTS, &head, b"");
    bytes.extend(chunked);
    tokio::io::AsyncWriteExt::write_all(&mut stream, &bytes).await.unwrap();
    crate::testing::soon(crate::testing::Reply::read_one(&mut stream)).await.assert_problem(413);
}

#[tokio::test]
async fn a_full_or_closed_inbox_says_come_back() {
    let site = TestSite::start(ProtocolVersion::V2);
    let body = event("deployment.succeeded");
    for _ in 0..2 {
        assert_eq!(site.send_signed("POST", paths::EVENTS, &body).await.status, 200);
    }
    let reply = site.send_signed("POST", paths::EVENTS, &body).await;
    reply.assert_problem(503);
    assert_eq!(reply.header("retry-after"), Some("1"));
    site.inbox.next().await;
    site.inbox.close();
    site.send_signed("POST", paths::EVENTS, &body).await.assert_problem(503);
}
