//! As whom requests are made, and how far they get.

use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::temps::{AS_HEADER, Identity, LocalTemps};

use crate::stage::{BOTH, Stage, send};

/// Sends a `GET` as somebody, and gives the status and what the plugin saw.
async fn get_as(temps: &LocalTemps, path: &str, who: Option<&str>) -> (StatusCode, Value) {
    let mut request = Request::get(format!("/api/x/fake{path}"));
    if let Some(who) = who {
        request = request.header(AS_HEADER, who);
    }
    let response = send(temps, request.body(Body::empty()).unwrap()).await;
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_request_says_as_whom_it_is_made() {
    let stage = Stage::with(json!({"capabilities": ["api_read"], "public_paths": ["/"]}));
    let temps = LocalTemps::start(stage.options(ProtocolVersion::V2).identity(Identity::User)).await.unwrap();
    for (who, expected) in [
        (None, Identity::User),
        (Some("admin"), Identity::Admin),
        (Some("reader"), Identity::Reader),
        (Some("user"), Identity::User),
    ] {
        let (status, seen) = get_as(&temps, "/seen", who).await;
        assert_eq!(status, StatusCode::OK);
        let (headers, user) = (&seen["headers"], expected.user().unwrap());
        assert_eq!(headers["x-temps-user-id"], user.id.to_string());
        assert_eq!(headers["x-temps-user-email"], user.email);
        assert_eq!(headers["x-temps-user-role"], user.role);
        assert_eq!(headers["x-temps-user-permissions"], user.permissions);
        assert!(headers["x-temps-actor-token"].is_string());
        assert_eq!(headers[AS_HEADER], Value::Null, "the header is between the client and the local Temps");
    }
    let (status, problem) = get_as(&temps, "/seen", Some("root")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(problem["detail"].as_str().unwrap().contains("nobody is called `root`"), "{problem}");
    temps.stop().await;
}

#[tokio::test]
async fn nobody_gets_to_the_public_paths_only_and_without_an_identity() {
    let stage = Stage::with(json!({"capabilities": ["api_read"], "public_paths": ["/open"]}));
    let temps = LocalTemps::start(stage.options(ProtocolVersion::V2).identity(Identity::Anonymous)).await.unwrap();
    for path in ["/open", "/open/a?b=c"] {
        let (status, seen) = get_as(&temps, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let headers = seen["headers"].as_object().unwrap();
        let added: Vec<_> = headers.keys().filter(|name| name.starts_with("x-temps-")).collect();
        assert_eq!(added, ["x-temps-auth-signature", "x-temps-plugin", "x-temps-request-id"]);
    }
    for path in ["", "/", "/opened", "/closed/open", "/open/%2e%2e/closed"] {
        let (status, problem) = get_as(&temps, path, Some("anonymous")).await;
        assert_eq!((status, &problem["status"]), (StatusCode::UNAUTHORIZED, &json!(401)), "{path}");
    }
    assert_eq!(get_as(&temps, "/closed", Some("reader")).await.0, StatusCode::OK);
    temps.stop().await;
}

#[tokio::test]
async fn v1_knows_no_callers_and_keeps_the_header_to_itself() {
    let stage = Stage::with(json!({"capabilities": ["api_read"]}));
    let temps = stage.start(ProtocolVersion::V1).await;
    for who in ["admin", "anonymous"] {
        let (status, seen) = get_as(&temps, "/seen", Some(who)).await;
        assert_eq!(status, StatusCode::OK);
        let names: Vec<_> = seen["headers"].as_object().unwrap().keys().filter(|name| name.starts_with("x-")).cloned().collect();
        assert_eq!(names, ["x-temps-plugin", "x-temps-request-id"]);
    }
    temps.stop().await;
}

#[tokio::test]
async fn a_browsers_cookie_says_it_too_and_does_not_reach_the_plugin() {
    let stage = Stage::with(json!({"public_paths": ["/"]}));
    for protocol in BOTH {
        let temps = stage.start(protocol).await;
        let get = async |cookie: &'static str| {
            let request = Request::get("/api/x/fake/seen").header("cookie", cookie).body(Body::empty()).unwrap();
            let response = send(&temps, request).await;
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, serde_json::from_slice::<Value>(&body).unwrap())
        };
        let (status, seen) = get("session=1; temps-dev-as=reader").await;
        assert_eq!(status, StatusCode::OK);
        let (role, cookie) = match protocol {
            ProtocolVersion::V1 => (Value::Null, json!("session=1")),
            ProtocolVersion::V2 => (json!("reader"), Value::Null),
        };
        assert_eq!((&seen["headers"]["x-temps-user-role"], &seen["headers"]["cookie"]), (&role, &cookie));
        assert_eq!(get("temps-dev-as=root").await.0, StatusCode::BAD_REQUEST);
        temps.stop().await;
    }
}
