//! What each test begins with: a plugins folder, scripts in it, and a record of what the local Temps told.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tempfile::TempDir;
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::client::ask_url;
use temps_wasm::temps::{LocalTemps, Notice, Options, install};
use tokio::sync::mpsc;

pub(crate) const BOTH: [ProtocolVersion; 2] = [ProtocolVersion::V1, ProtocolVersion::V2];

/// The fake plugin, which cargo builds with the tests when all of them are run: `--test local_temps` alone does not build it.
pub(crate) fn fake_plugin() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.ancestors().nth(2).unwrap().join("examples/fake_plugin");
    assert!(path.is_file(), "{} is missing: run `cargo build -p temps-wasm --examples`", path.display());
    path
}

pub(crate) struct Stage {
    dir: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A stage with one plugin, `fake`.
    pub(crate) fn with(script: Value) -> Self {
        let stage = Self::new();
        stage.plugin("fake", script);
        stage
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn plugin(&self, name: &str, script: Value) {
        let file = self.script(script);
        install(&self.path().join("plugins"), name, &fake_plugin(), &file).unwrap();
    }

    /// A file that passes for a component.
    pub(crate) fn script(&self, script: Value) -> PathBuf {
        let path = self.path().join("fake.wasm");
        fs::write(&path, [b"\0asm\x0d\0\x01\0", script.to_string().as_bytes()].concat()).unwrap();
        path
    }

    pub(crate) fn options(&self, protocol: ProtocolVersion) -> Options {
        Options::new(self.path().join("plugins"), self.path().join("data")).protocol(protocol)
    }

    pub(crate) async fn start(&self, protocol: ProtocolVersion) -> LocalTemps {
        LocalTemps::start(self.options(protocol)).await.unwrap()
    }
}

/// Has the options send every notice, written for a test, to the receiver.
pub(crate) fn recorded(options: Options) -> (Options, mpsc::UnboundedReceiver<String>) {
    let (told, notices) = mpsc::unbounded_channel();
    let options = options.observer(move |plugin, notice| {
        let text = match notice {
            Notice::StrayStdout(line) => format!("{plugin} stray {line}"),
            Notice::ApiAnswered { call, caller, outcome } => {
                let caller = caller.map_or("nobody", |user| user.role);
                let outcome =
                    outcome.as_ref().map(|response| response.status.to_string()).unwrap_or_else(|error| error.code.to_string());
                format!("{plugin} api {} {} {caller} {outcome}", call.method, call.path)
            }
            Notice::ChannelOpened => format!("{plugin} opened"),
            Notice::ChannelClosed(_) => format!("{plugin} closed"),
            Notice::Exited { exit, expected } => format!("{plugin} exited {exit} {expected}"),
            _ => return,
        };
        let _ = told.send(text);
    });
    (options, notices)
}

pub(crate) async fn send(temps: &LocalTemps, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    head.uri = format!("{}{}", temps.url(), head.uri).parse().unwrap();
    ask_url(Request::from_parts(head, body)).await.unwrap()
}

pub(crate) async fn ask(temps: &LocalTemps, method: Method, path: &str, body: &str) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let response = send(temps, request.body(Body::from(body.to_owned())).unwrap()).await;
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

pub(crate) async fn get_json(temps: &LocalTemps, path: &str) -> Value {
    let (status, body) = ask(temps, Method::GET, path, "").await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

pub(crate) async fn post(temps: &LocalTemps, path: &str, body: &str) -> Value {
    let (status, body) = ask(temps, Method::POST, path, body).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}
