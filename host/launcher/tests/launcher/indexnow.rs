//! The example plugin `indexnow`, through the launcher: it fetches from a site and an engine on loopback, takes events, and goes on after it was killed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use rustix::process::Signal;
use serde_json::{Value, json};
use temps_plugin_protocol::headers;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::support::{Channel, Launcher, Start};

/// A site with a sitemap and a key file, and an engine at `/indexnow` that answers as it is told, and with 200 after that.
struct Web {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    sitemap: String,
    key: String,
    answers: VecDeque<&'static str>,
    posted: Vec<Value>,
}

impl Web {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { port, state }
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Has the site name these pages with these dates.
    fn pages(&self, pages: &[(&str, &str)]) {
        let page =
            |(path, date): &(&str, &str)| format!("<url><loc>{}{path}</loc><lastmod>{date}</lastmod></url>", self.origin());
        let urls: String = pages.iter().map(page).collect();
        self.state.lock().unwrap().sitemap = format!("<urlset>{urls}</urlset>");
    }

    fn engine_answers(&self, head: &'static str) {
        self.state.lock().unwrap().answers.push_back(head);
    }

    /// The paths of each request that the engine got.
    fn posted(&self) -> Vec<Vec<String>> {
        let state = self.state.lock().unwrap();
        let paths = |posted: &Value| {
            let urls = posted["urlList"].as_array().unwrap().iter();
            urls.map(|url| url.as_str().unwrap().strip_prefix(&self.origin()).unwrap().to_owned()).collect()
        };
        state.posted.iter().map(paths).collect()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    let (head, body) = loop {
        let Ok(read @ 1..) = stream.read(&mut buffer).await else { return };
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1).unwrap();
    let (head, body) = {
        let mut state = state.lock().unwrap();
        match path {
            "/indexnow" => {
                state.posted.push(serde_json::from_str(&body).unwrap());
                (state.answers.pop_front().unwrap_or("200 OK"), String::new())
            }
            "/sitemap.xml" => ("200 OK\r\ncontent-type: application/xml", state.sitemap.clone()),
            _ if path == format!("/{}.txt", state.key) => ("200 OK\r\ncontent-type: text/plain", state.key.clone()),
            _ => ("404 Not Found", String::new()),
        }
    };
    let response = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    // The plugin may be killed meanwhile.
    drop(stream.write_all(response.as_bytes()).await);
}

/// The plugin, with a policy that lets it reach the web.
fn indexnow(web: &Web) -> Start {
    let policy = format!("[network]\nallow = [\"{}\"]\nallow_private = [\"127.0.0.0/8\"]\n", web.origin());
    Start::with(test_guests::TEMPS_INDEXNOW_PLUGIN).policy(&policy)
}

struct IndexNow {
    launcher: Launcher,
    channel: Channel,
}

impl IndexNow {
    async fn running(start: Start) -> Self {
        let (launcher, channel) = start.running().await;
        Self { launcher, channel }
    }

    /// The plugin with the web as its engine and its site, of project 7, whose pages are known and submitted.
    async fn with_site(web: &Web, start: Start) -> Self {
        let plugin = Self::running(start).await;
        let endpoint = format!("{}/indexnow", web.origin());
        plugin.change("PATCH", "/settings", json!({ "engine": "custom", "customEndpoint": endpoint })).await;
        plugin.change("POST", "/sites", json!({ "origin": web.origin(), "projectId": 7 })).await;
        plugin.until("/sites", |sites| sites[0]["lastScan"]["status"] == "done").await;
        plugin
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let client = self.launcher.client();
        let request = client.request(path).method(method).header("content-type", "application/json");
        let request = request
            .header(headers::USER_ID, "5")
            .header(headers::USER_EMAIL, "ada@example.com")
            .header(headers::USER_ROLE, "user")
            .header(headers::USER_PERMISSIONS, "projects:write");
        let answer = client.answer(request.body(Full::<Bytes>::from(body.to_string())).unwrap()).await;
        (answer.status, serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text)))
    }

    async fn change(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    async fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.launcher.get(path).await.text).unwrap()
    }

    /// What is there once it is as wanted.
    async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let reached = async {
            loop {
                let value = self.get(path).await;
                if wanted(&value) {
                    return value;
                }
                tokio::task::yield_now().await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(60), reached).await {
            Ok(value) => value,
            Err(_) => panic!("{path} stays {}", self.get(path).await),
        }
    }

    async fn deployed(&mut self, event: &str, deployment: i32) {
        let event = json!({
            "id": event, "event_type": "deployment.succeeded", "timestamp": "2026-01-01T00:00:00Z", "project_id": 7,
            "data": { "deployment_id": deployment, "project_id": 7 },
        });
        self.channel.send(json!({ "type": "event", "event": event })).await;
    }
}

#[tokio::test]
async fn a_deployment_submits_what_it_changed_once() {
    let web = Web::start().await;
    web.pages(&[("/", "1"), ("/a", "1")]);
    let mut plugin = IndexNow::with_site(&web, indexnow(&web)).await;
    assert_eq!(plugin.get("/suggestions").await["new"], 2);

    for event in ["first", "first", "the same deployment"] {
        plugin.deployed(event, 1).await;
    }
    plugin.until("/submissions?status=done", |page| page["total"] == 1).await;
    web.pages(&[("/", "1"), ("/a", "2"), ("/b", "1")]);
    plugin.deployed("second", 2).await;
    let page = plugin.until("/submissions?status=done", |page| page["total"] == 2).await;
    assert_eq!((&page["submissions"][0]["source"], &page["submissions"][0]["deploymentId"]), (&json!("deployment"), &json!(2)));
    assert_eq!(web.posted(), [vec!["/", "/a"], vec!["/a", "/b"]]);
    assert_eq!(plugin.get("/suggestions").await["suggestions"], json!([]));
    plugin.launcher.stop().await;
}

#[tokio::test]
async fn urls_are_submitted_by_hand_until_the_engine_takes_them() {
    let web = Web::start().await;
    web.pages(&[("/", "1")]);
    let plugin = IndexNow::with_site(&web, indexnow(&web)).await;
    web.engine_answers("429 Too Many Requests\r\nretry-after: 0");
    web.engine_answers("503 Service Unavailable\r\nretry-after: 0");
    plugin.change("POST", "/submissions", json!({ "siteId": 1, "urls": ["/a"] })).await;
    let done = plugin.until("/submissions/1", |submission| submission["status"] == "done").await;
    let codes: Vec<_> = done["tries"].as_array().unwrap().iter().map(|attempt| attempt["responseCode"].clone()).collect();
    assert_eq!(codes, [429, 503, 200]);
    let posted = web.state.lock().unwrap().posted[0].clone();
    assert_eq!((&posted["host"], &posted["key"]), (&json!("127.0.0.1"), &plugin.get("/settings").await["key"]));

    let submitted = plugin.change("POST", "/suggestions/submit", json!({ "siteId": 1 })).await;
    assert_eq!(submitted["urls"], 1);
    plugin.until("/submissions/2", |submission| submission["status"] == "done").await;
    plugin.launcher.stop().await;
}

#[tokio::test]
async fn what_waits_is_sent_after_a_kill() {
    let web = Web::start().await;
    web.pages(&[]);
    let mut plugin = IndexNow::with_site(&web, indexnow(&web)).await;
    // Long enough that it is not sent again before the kill.
    web.engine_answers("503 Service Unavailable\r\nretry-after: 3");
    plugin.change("POST", "/submissions", json!({ "siteId": 1, "urls": ["/a"] })).await;
    plugin.until("/submissions/1", |submission| submission["attempts"] == 1).await;
    plugin.launcher.signal(Signal::KILL);
    plugin.launcher.exit().await;
    let plugin = IndexNow::running(plugin.launcher.again()).await;
    let done = plugin.until("/submissions/1", |submission| submission["status"] == "done").await;
    assert_eq!(done["attempts"], 2);
    assert_eq!(web.posted(), [["/a"], ["/a"]]);
    plugin.launcher.stop().await;
}

#[tokio::test]
async fn what_the_policy_does_not_allow_is_told_with_what_to_add() {
    let web = Web::start().await;
    let plugin = IndexNow::running(Start::with(test_guests::TEMPS_INDEXNOW_PLUGIN)).await;
    plugin.change("POST", "/sites", json!({ "origin": web.origin() })).await;
    let sites = plugin.until("/sites", |sites| sites[0]["lastScan"]["status"] == "failed").await;
    let said = sites[0]["lastScan"]["message"].as_str().unwrap();
    assert!(said.contains(&format!("\"{}\" to `allow` in [network]", web.origin())), "{said}");
    plugin.change("POST", "/submissions", json!({ "siteId": 1, "urls": ["/a"] })).await;
    let failed = plugin.until("/submissions/1", |submission| submission["status"] == "failed").await;
    assert!(failed["message"].as_str().unwrap().contains("\"https://api.indexnow.org\""), "{failed}");
    plugin.launcher.stop().await;
}

#[tokio::test]
async fn the_key_file_needs_no_user_and_changes_do() {
    let web = Web::start().await;
    web.pages(&[]);
    let plugin = IndexNow::with_site(&web, indexnow(&web)).await;
    let key = plugin.get("/settings").await["key"].as_str().unwrap().to_owned();
    let file = plugin.launcher.get(&format!("/key/{key}.txt")).await;
    assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, key.as_str()));
    assert_eq!(plugin.launcher.client().post("/settings/key", "").await.status, StatusCode::UNAUTHORIZED);

    assert_eq!(plugin.get("/sites/1/key").await["served"], false);
    web.state.lock().unwrap().key = key;
    assert_eq!(plugin.get("/sites/1/key").await["served"], true);
    plugin.launcher.stop().await;
}
