use temps_plugin_protocol::{ProtocolVersion, headers};

use crate::testing::{SECRET, TestSite, signature};

const BOTH: [ProtocolVersion; 2] = [ProtocolVersion::V1, ProtocolVersion::V2];

#[tokio::test]
async fn health_needs_no_signature() {
    for version in BOTH {
        let site = TestSite::start(version);
        let reply = site.send("GET", "/health", &[], b"").await;
        assert_eq!((reply.status, reply.text()), (200, "ok"));
        let reply = site.send("HEAD", "/health?x=1", &[], b"").await;
        assert_eq!((reply.status, reply.header("content-length"), reply.text()), (200, Some("2"), ""));
        let reply = site.send("POST", "/health", &[], b"").await;
        reply.assert_problem(405);
        assert_eq!(reply.header("allow"), Some("get, head"));
    }
}

#[tokio::test]
async fn what_is_kept_for_the_protocol_is_not_the_guests() {
    for version in BOTH {
        let site = TestSite::start(version);
        site.send_signed("GET", "/_temps/", b"").await.assert_problem(404);
        site.send_signed("GET", "/_temps/later", b"").await.assert_problem(404);
        assert_eq!(site.send_signed("GET", "/_temps", b"").await.text(), "guest /_temps");
        assert_eq!(site.send_signed("GET", "/_events/mine", b"").await.text(), "guest /_events/mine");
        assert_eq!(site.send_signed("GET", "/health/mine", b"").await.text(), "guest /health/mine");
    }
}

#[tokio::test]
async fn v2_wants_a_signature_for_the_guests_routes() {
    let site = TestSite::start(ProtocolVersion::V2);
    site.send("GET", "/", &[], b"").await.assert_problem(401);
    site.send("POST", "/", &["x-temps-auth-signature: wrong"], b"body").await.assert_problem(401);
    let reply = site.send_signed("GET", "/", b"").await;
    assert_eq!((reply.status, reply.text()), (202, "guest /"));
    let partly = [signature(), format!("{}: 7", headers::USER_ID)];
    site.send("GET", "/", &[&partly[0], &partly[1]], b"").await.assert_problem(401);
}

#[tokio::test]
async fn v1_wants_none() {
    let site = TestSite::start(ProtocolVersion::V1);
    assert_eq!(site.send("GET", "/", &["x-temps-plugin: fake"], b"").await.status, 202);
}

#[tokio::test]
async fn the_guest_sees_neither_secrets_nor_the_connection() {
    let site = TestSite::start(ProtocolVersion::V2);
    let sent = [
        &*signature(),
        "cookie: session=1",
        "authorization: Bearer 1",
        "x-temps-actor-token: token",
        "te: trailers",
        "keep-alive: timeout=5",
        "accept: */*",
        "x-temps-request-id: r1",
    ];
    let reply = site.send("GET", "/headers", &sent, b"").await;
    assert_eq!(reply.text(), r#"{"accept":"*/*","host":"localhost","x-temps-request-id":"r1"}"#);
    assert!(!reply.text().contains(SECRET));
}

#[tokio::test]
async fn a_request_without_a_path_is_refused() {
    let site = TestSite::start(ProtocolVersion::V1);
    site.send("OPTIONS", "*", &[], b"").await.assert_problem(400);
}

#[tokio::test]
async fn a_wrong_length_is_put_right() {
    let site = TestSite::start(ProtocolVersion::V1);
    let reply = site.send("GET", "/wrong-length", &[], b"").await;
    assert_eq!((reply.header("content-length"), reply.text()), (Some("5"), "hello"));
    let reply = site.send("HEAD", "/wrong-length", &[], b"").await;
    assert_eq!((reply.header("content-length"), reply.text()), (Some("5"), ""));
}

#[tokio::test]
async fn an_answer_to_head_may_give_the_length_of_the_body_that_it_has_not() {
    let site = TestSite::start(ProtocolVersion::V1);
    let reply = site.send("HEAD", "/head-length", &[], b"").await;
    assert_eq!((reply.status, reply.header("content-length"), reply.text()), (200, Some("42"), ""));
}
