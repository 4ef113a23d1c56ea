use axum::body::{Body, Bytes};
use futures::channel::mpsc;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;

use crate::stage::{BOTH, Stage, ask, get_json, send};

fn forged() -> http::request::Builder {
    let names = [
        "x-temps-user-id",
        "x-temps-user-role",
        "x-temps-auth-signature",
        "x-temps-plugin",
        "x-temps-new",
        "cookie",
        "authorization",
    ];
    names
        .into_iter()
        .fold(Request::get("/api/x/fake/seen"), |request, name| request.header(name, "forged"))
        .header("x-mine", "kept")
}

async fn seen(temps: &temps_wasm::temps::LocalTemps, request: Request<Body>) -> Value {
    let body = send(temps, request).await.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn the_prefix_is_stripped() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let temps = stage.start(protocol).await;
        for (path, target) in [("", "/"), ("/", "/"), ("?a=b", "/?a=b"), ("/a%20b//c?d=%2F", "/a%20b//c?d=%2F")] {
            assert_eq!(get_json(&temps, &format!("/api/x/fake{path}")).await["target"], target, "{path}");
        }
        temps.stop().await;
    }
}

#[tokio::test]
async fn v1_passes_headers_on_and_signs_nothing() {
    let stage = Stage::with(json!({"capabilities": ["api_read"]}));
    let temps = stage.start(ProtocolVersion::V1).await;
    let headers = &seen(&temps, forged().body(Body::empty()).unwrap()).await["headers"];
    for name in ["x-temps-user-id", "x-temps-user-role", "x-temps-auth-signature", "x-temps-new", "cookie", "authorization"] {
        assert_eq!(headers[name], "forged", "{name}");
    }
    assert_eq!((&headers["x-mine"], &headers["x-temps-plugin"]), (&json!("kept"), &json!("fake")));
    assert!(headers["x-temps-request-id"].is_string());

    let headers = &get_json(&temps, "/api/x/fake/seen").await["headers"];
    let added: Vec<&String> = headers.as_object().unwrap().keys().filter(|name| name.starts_with("x-temps-")).collect();
    assert_eq!(added, ["x-temps-plugin", "x-temps-request-id"]);
    temps.stop().await;
}

#[tokio::test]
async fn v2_replaces_what_a_client_forged() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let plugin = temps.plugin("fake").unwrap();
    let headers = &seen(&temps, forged().body(Body::empty()).unwrap()).await["headers"];
    assert!(!headers.to_string().contains("forged"), "{headers}");
    assert_eq!(headers["x-temps-auth-signature"], plugin.secret());
    assert_eq!((&headers["x-mine"], &headers["x-temps-plugin"]), (&json!("kept"), &json!("fake")));
    assert_eq!(headers["x-temps-user-role"], "admin");
    for name in ["x-temps-user-id", "x-temps-user-email", "x-temps-user-permissions", "x-temps-request-id"] {
        assert!(headers[name].is_string(), "{name}");
    }
    // It goes to plugins with a capability only.
    assert_eq!(headers["x-temps-actor-token"], Value::Null);
    temps.stop().await;
}

#[tokio::test]
async fn the_protocols_own_paths_are_reachable_in_v1_only() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let temps = stage.start(protocol).await;
        let (status, _) =
            ask(&temps, Method::POST, "/api/x/fake/_events", r#"{"id":"1","event_type":"a.b","timestamp":"t"}"#).await;
        // The fake plugin refuses what came through the proxy with 401.
        let expected = if protocol == ProtocolVersion::V1 { StatusCode::UNAUTHORIZED } else { StatusCode::NOT_FOUND };
        assert_eq!(status, expected);
        temps.stop().await;
    }
}

#[tokio::test]
async fn responses_are_passed_on_as_they_come() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let temps = stage.start(protocol).await;
        let response = send(&temps, Request::get("/api/x/fake/steps").body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut body = response.into_body();
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "data: 1\n\n");
        // The second event is only sent now that the first was read.
        ask(&temps, Method::POST, "/api/x/fake/steps", "").await;
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "data: 2\n\n");
        assert!(body.frame().await.is_none());
        temps.stop().await;
    }
}

#[tokio::test]
async fn requests_are_passed_on_as_they_come() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let (upload, pieces) = mpsc::unbounded::<Result<Bytes, std::io::Error>>();
    upload.unbounded_send(Ok("first".into())).unwrap();
    let response = send(&temps, Request::post("/api/x/fake/echo").body(Body::from_stream(pieces)).unwrap()).await;
    let mut body = response.into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "first");
    upload.unbounded_send(Ok("second".into())).unwrap();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "second");
    drop(upload);
    assert!(body.frame().await.is_none());
    temps.stop().await;
}

#[tokio::test]
async fn a_large_body_comes_back_whole() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let sent: Vec<u8> = (0..8 * 1024 * 1024_u32).map(|i| (i % 251) as u8).collect();
    let response = send(&temps, Request::post("/api/x/fake/echo").body(Body::from(sent.clone())).unwrap()).await;
    assert!(response.into_body().collect().await.unwrap().to_bytes() == sent);
    temps.stop().await;
}

#[tokio::test]
async fn the_plugin_learns_that_a_client_went_away() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    {
        let held = send(&temps, Request::get("/api/x/fake/held").body(Body::empty()).unwrap());
        tokio::select! {
            response = held => panic!("{response:?}"),
            _ = ask(&temps, Method::GET, "/api/x/fake/arrived", "") => {}
        }
    }
    assert_eq!(ask(&temps, Method::GET, "/api/x/fake/dropped", "").await.0, StatusCode::OK);
    temps.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    for path in ["/api/x/other/a", "/api/y", "/nothing"] {
        let (status, body) = ask(&temps, Method::GET, path, "").await;
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &problem["status"]), (StatusCode::NOT_FOUND, &json!(404)), "{path}");
    }
    let plugin = temps.plugin("fake").unwrap();
    plugin.kill();
    plugin.wait_exit().await;
    let (status, body) = ask(&temps, Method::GET, "/api/x/fake/seen", "").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(body.contains("SIGKILL"), "{body}");
    temps.stop().await;
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_ask() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    for path in ["/", "/api/x/plugins", "/api/x/fake/seen"] {
        let request = Request::get(path).header("origin", "https://example.com").body(Body::empty()).unwrap();
        assert_eq!(send(&temps, request).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    temps.stop().await;
}
