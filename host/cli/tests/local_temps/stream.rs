//! The stream of what happens, as a page follows it.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::client::ask_url;
use temps_wasm::temps::{LocalTemps, PluginState, STREAM_PATH};

use crate::stage::{BOTH, Stage, ask, get_json, post, send};

/// How long a message may take: a build is among what is waited for.
const LIMIT: Duration = Duration::from_secs(300);

/// A page's connection.
pub(crate) struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    pub(crate) async fn open(url: &str) -> Self {
        let request = Request::get(format!("{url}{STREAM_PATH}")).body(Body::empty()).unwrap();
        let response = ask_url(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next message, with its type.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
                let found = (field("event:").to_owned(), serde_json::from_str(field("data:")).unwrap_or_default());
                self.text = rest.to_owned();
                // A sign of life has no type.
                if !found.0.is_empty() {
                    return found;
                }
                continue;
            }
            let frame = tokio::time::timeout(LIMIT, self.body.frame()).await.unwrap().unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }

    /// The next message of this type for which the condition holds. Others are passed over.
    pub(crate) async fn until(&mut self, kind: &str, mut holds: impl FnMut(&Value) -> bool) -> Value {
        loop {
            let (found, data) = self.next().await;
            if found == kind && holds(&data) {
                return data;
            }
        }
    }
}

#[tokio::test]
async fn what_is_kept_comes_first_and_then_what_happens() {
    let stage = Stage::with(json!({"events": ["a.b"]}));
    for protocol in BOTH {
        let temps = stage.start(protocol).await;
        get_json(&temps, "/api/x/fake/before?a=b").await;
        post(&temps, "/_dev/events", r#"{"event_type":"a.b","project_id":3}"#).await;

        let mut stream = Stream::open(&temps.url()).await;
        let (kind, hello) = stream.next().await;
        assert_eq!(
            (kind.as_str(), &hello["identity"], &hello["protocol"]),
            ("hello", &json!("admin"), &json!(protocol.number()))
        );
        let request = stream.until("request", |_| true).await;
        assert_eq!(
            (&request["target"], &request["state"], &request["status"]),
            (&json!("/before?a=b"), &json!("done"), &json!(200))
        );
        let identity = if protocol == ProtocolVersion::V2 { json!("admin") } else { Value::Null };
        assert_eq!(request["identity"], identity);
        let event = stream.until("event", |_| true).await;
        assert_eq!(event["deliveries"], json!([{"plugin": "fake", "delivered": true, "how": "over the channel"}]));
        stream.until("live", |_| true).await;

        get_json(&temps, "/api/x/fake/after").await;
        for state in ["waiting", "streaming", "done"] {
            assert_eq!(stream.until("request", |_| true).await["state"], state);
        }
        temps.stop().await;
    }
}

#[tokio::test]
async fn an_answer_under_way_and_one_given_up_are_seen() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let mut stream = Stream::open(&temps.url()).await;
    let request = Request::get("/api/x/fake/steps").body(Body::empty()).unwrap();
    let response = send(&temps, request).await;
    assert_eq!(stream.until("request", |request| request["state"] == "streaming").await["status"], 200);
    drop(response);
    let request = stream.until("request", |request| request["state"] != "streaming").await;
    assert_eq!((&request["state"], &request["bytes"]), (&json!("given_up"), &json!(9)));
    temps.stop().await;
}

#[tokio::test]
async fn a_reload_and_an_end_are_told() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let mut stream = Stream::open(&temps.url()).await;
    stream.until("live", |_| true).await;
    temps.reload("fake").await.unwrap();
    assert_eq!(stream.until("reloaded", |_| true).await, json!({"plugin": "fake"}));
    let plugin = temps.plugin("fake").unwrap();
    plugin.kill();
    plugin.wait_exit().await;
    while temps.plugin("fake").unwrap().state() != PluginState::Exited {
        stream.until("plugins", |_| true).await;
    }
    temps.stop().await;
}

#[tokio::test]
async fn fixtures_are_changed_while_a_plugin_runs() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let name = async |temps: &LocalTemps| {
        let call = r#"{"method":"get_project","params":{"project_id":1}}"#;
        post(temps, "/api/x/fake/call", call).await["ok"]["name"].clone()
    };
    let before = get_json(&temps, "/_dev/fixtures").await;
    assert_eq!(name(&temps).await, before["projects"][0]["name"]);
    let mut changed = before.clone();
    changed["projects"][0]["name"] = "Another".into();

    let mut stream = Stream::open(&temps.url()).await;
    let (status, _) = ask(&temps, Method::PUT, "/_dev/fixtures", &changed.to_string()).await;
    assert_eq!(status, StatusCode::OK);
    stream.until("fixtures", |_| true).await;
    assert_eq!((name(&temps).await, get_json(&temps, "/_dev/fixtures").await), ("Another".into(), changed));
    let (status, body) = ask(&temps, Method::PUT, "/_dev/fixtures", "{").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(body.contains("not as expected"), "{body}");
    assert_eq!(name(&temps).await, "Another");
    assert_eq!(ask(&temps, Method::DELETE, "/_dev/fixtures", "").await.0, StatusCode::OK);
    assert_eq!(get_json(&temps, "/_dev/fixtures").await, before);
    temps.stop().await;
}

#[tokio::test]
async fn browsers_get_a_page_that_runs_nothing_inline_and_others_a_text() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let get = async |path: &str, accept: &str| {
        let response = send(&temps, Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap()).await;
        let (head, body) = response.into_parts();
        (head, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
    };
    let (head, body) = get("/", "text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert_eq!(
        (head.status, &head.headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"text/html; charset=utf-8".parse().unwrap())
    );
    assert!(head.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src 'self';"));
    let (_, text) = get("/", "*/*").await;
    assert!(text.starts_with("A local Temps, protocol "), "{text}");

    let parts: Vec<&str> = body.split("\"/_dev/shell/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(parts.contains(&"main.js") && parts.contains(&"shell.css"), "{parts:?}");
    for part in parts {
        let (head, _) = get(&format!("/_dev/shell/{part}"), "*/*").await;
        assert_eq!((part, head.status), (part, StatusCode::OK));
    }
    assert_eq!(get("/_dev/shell/../main.js", "*/*").await.0.status, StatusCode::NOT_FOUND);
    assert_eq!(get("/_dev/shell/none.js", "*/*").await.0.status, StatusCode::NOT_FOUND);
    temps.stop().await;
}

#[tokio::test]
async fn nothing_of_it_is_for_other_sites() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    for (method, path) in [
        (Method::GET, STREAM_PATH),
        (Method::GET, "/_dev/fixtures"),
        (Method::PUT, "/_dev/fixtures"),
        (Method::DELETE, "/_dev/fixtures"),
        (Method::GET, "/_dev/events/1"),
        (Method::GET, "/"),
    ] {
        let request = Request::builder().method(method).uri(path).header(header::ORIGIN, "https://example.com");
        let status = send(&temps, request.body(Body::from("{}")).unwrap()).await.status();
        assert_eq!((path, status), (path, StatusCode::FORBIDDEN));
    }
    temps.stop().await;
}
