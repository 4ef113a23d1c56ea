//! API calls as the callers of requests.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::temps::{AS_HEADER, Fixtures, LocalTemps};

use crate::stage::{Stage, post, recorded, send};

/// The actor token of a request to this plugin as somebody.
async fn actor(temps: &LocalTemps, plugin: &str, who: &str) -> String {
    let request = Request::get(format!("/api/x/{plugin}/seen")).header(AS_HEADER, who).body(Body::empty()).unwrap();
    let body = send(temps, request).await.into_body().collect().await.unwrap().to_bytes();
    let seen: Value = serde_json::from_slice(&body).unwrap();
    seen.pointer("/headers/x-temps-actor-token").and_then(Value::as_str).unwrap().to_owned()
}

/// Has the plugin `fake` make a call.
async fn call(temps: &LocalTemps, method: &str, path: &str, actor: &str) -> Value {
    let call = json!({"method": "api_call", "params": {"method": method, "path": path, "actor": actor}});
    post(temps, "/api/x/fake/call", &call.to_string()).await
}

const DEPLOY: &str = "/projects/1/trigger-pipeline";

#[tokio::test]
async fn a_call_is_made_as_the_caller_with_the_callers_permissions() {
    let stage = Stage::with(json!({"capabilities": ["api_read", "api_write"]}));
    let (options, mut notices) = recorded(stage.options(ProtocolVersion::V2));
    let temps = LocalTemps::start(options).await.unwrap();
    assert_eq!(notices.recv().await.unwrap(), "fake opened");
    let (user, reader) = (actor(&temps, "fake", "user").await, actor(&temps, "fake", "reader").await);
    for (method, path, actor, status, told) in [
        ("GET", "/projects", &user, 200, "fake api GET /projects user 200"),
        ("GET", "/projects", &reader, 200, "fake api GET /projects reader 200"),
        ("POST", DEPLOY, &user, 200, "fake api POST /projects/1/trigger-pipeline user 200"),
        ("POST", DEPLOY, &reader, 403, "fake api POST /projects/1/trigger-pipeline reader 403"),
        ("GET", "/nothing", &reader, 404, "fake api GET /nothing reader 404"),
    ] {
        let answer = call(&temps, method, path, actor).await;
        assert_eq!(answer["ok"]["status"], status, "{answer}");
        assert_eq!(notices.recv().await.unwrap(), told);
    }
    let refused = call(&temps, "POST", DEPLOY, &reader).await;
    let problem: Value = serde_json::from_str(refused["ok"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(problem["detail"], "reader@temps.localhost lacks the permission deployments:write");
    temps.stop().await;
}

#[tokio::test]
async fn a_call_needs_the_capability_for_its_method() {
    let stage = Stage::with(json!({"capabilities": ["api_read"]}));
    let (options, mut notices) = recorded(stage.options(ProtocolVersion::V2));
    let temps = LocalTemps::start(options).await.unwrap();
    let admin = actor(&temps, "fake", "admin").await;
    let answer = call(&temps, "POST", DEPLOY, &admin).await;
    assert_eq!(answer["err"]["code"], "permission_denied");
    assert!(answer["err"]["message"].as_str().unwrap().contains("api_write"), "{answer}");
    while notices.recv().await.unwrap() != "fake api POST /projects/1/trigger-pipeline nobody permission_denied" {}
    temps.stop().await;
}

#[tokio::test]
async fn each_request_has_a_token_of_its_own_which_no_other_plugin_can_use() {
    let stage = Stage::new();
    let capable = |name: &str| json!({"name": name, "capabilities": ["api_read"]});
    stage.plugin("fake", capable("fake"));
    stage.plugin("other", capable("other"));
    let temps = stage.start(ProtocolVersion::V2).await;
    let (first, second) = (actor(&temps, "fake", "user").await, actor(&temps, "fake", "user").await);
    assert_ne!(first, second);
    for own in [&first, &second, &first] {
        assert_eq!(call(&temps, "GET", "/projects", own).await["ok"]["status"], 200);
    }
    for (token, said) in [(actor(&temps, "other", "admin").await, "another plugin's"), ("made up".to_owned(), "unknown")] {
        let answer = call(&temps, "GET", "/projects", &token).await;
        assert_eq!(answer["err"]["code"], "unauthenticated");
        assert!(answer["err"]["message"].as_str().unwrap().contains(said), "{answer}");
    }
    temps.stop().await;
}

#[tokio::test]
async fn a_token_expires() {
    let stage = Stage::with(json!({"capabilities": ["api_read"]}));
    let options = stage.options(ProtocolVersion::V2).actor_limit(Duration::from_nanos(1));
    let temps = LocalTemps::start(options).await.unwrap();
    let expired = actor(&temps, "fake", "user").await;
    let answer = call(&temps, "GET", "/projects", &expired).await;
    assert_eq!(answer["err"]["code"], "unauthenticated");
    assert!(answer["err"]["message"].as_str().unwrap().contains("expired"), "{answer}");
    temps.stop().await;
}

#[tokio::test]
async fn answers_come_from_the_fixtures() {
    let fixtures = r#"{"api": [
        {"path": "/projects/{id}/domains", "permission": "domains:read", "body": [{"name": "x.example.com"}]},
        {"path": "/projects/7/domains", "status": 410}
    ]}"#;
    let stage = Stage::with(json!({"capabilities": ["api_read"]}));
    let options = stage.options(ProtocolVersion::V2).fixtures(Fixtures::parse(fixtures).unwrap());
    let temps = LocalTemps::start(options).await.unwrap();
    let reader = actor(&temps, "fake", "reader").await;
    let answer = call(&temps, "GET", "/projects/1/domains", &reader).await;
    assert_eq!(answer["ok"], json!({"status": 200, "body": r#"[{"name":"x.example.com"}]"#}));
    assert_eq!(call(&temps, "GET", "/projects/7/domains", &reader).await["ok"]["status"], 410);
    assert_eq!(call(&temps, "GET", "/projects/1/domains/", &reader).await["ok"]["status"], 404);
    temps.stop().await;
}
