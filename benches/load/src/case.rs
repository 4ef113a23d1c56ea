//! What is asked.

use std::fmt;

use crate::expected::Expected;
use crate::host::PROJECT;
use crate::http::Request;

/// How it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Over so many connections, which are kept.
    KeepAlive(usize),
    /// So many at once, each over a connection of its own, as the proxy of Temps does.
    PerRequest(usize),
}

impl Mode {
    /// Requests under way at the same time.
    pub fn connections(self) -> usize {
        match self {
            Self::KeepAlive(connections) | Self::PerRequest(connections) => connections,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeepAlive(connections) => write!(f, "{connections}"),
            Self::PerRequest(connections) => write!(f, "{connections} new"),
        }
    }
}

/// One kind of request, and what has to be answered.
#[derive(Debug)]
pub struct Case {
    pub name: &'static str,
    pub request: Request,
    pub expected: Expected,
    pub modes: &'static [Mode],
}

const ALL: &[Mode] = &[Mode::KeepAlive(1), Mode::KeepAlive(16), Mode::KeepAlive(64), Mode::PerRequest(16)];
const SOME: &[Mode] = &[Mode::KeepAlive(1), Mode::KeepAlive(16)];

/// The name of the case of which all modes are measured.
pub const JSON: &str = "json";

/// The name of the case of a file of the user interface.
pub const UI: &str = "ui-50k";

/// That file.
const SCRIPT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dist/assets/app.js"));

/// What `/hello/7` answers.
pub const HELLO: &str = r#"{"id":7,"greeting":"Hello, 7!"}"#;

/// All cases, in the order in which they run.
pub fn all() -> Vec<Case> {
    let case = |name, request, expected| Case { name, request, expected, modes: if name == JSON { ALL } else { SOME } };
    let (kilobyte, megabyte) = (vec![b'k'; 1 << 10], vec![b'm'; 1 << 20]);
    let bytes = "application/octet-stream";
    let item = |id: u32| format!(r#"{{"id":{id},"name":"item {id}","created_at":"2026-01-01T00:00:00Z"}}"#);
    let twenty = (1..=20).map(item).collect::<Vec<_>>().join(",");
    let inserted = Expected::around(br#"{"id":"#, 10, br#","name":"inserted","created_at":"2026-01-01T00:00:00Z"}"#);
    vec![
        case(JSON, Request::new("GET", "/hello/7", None), Expected::body(HELLO)),
        case("row", Request::new("GET", "/items/7", None), Expected::body(item(7))),
        case("rows", Request::new("GET", "/items", None), Expected::body(format!("[{twenty}]"))),
        case("insert", Request::new("POST", "/items", Some(("application/json", br#"{"name":"inserted"}"#))), inserted),
        case("transaction", Request::new("POST", "/ten", Some((bytes, b""))), Expected::body("10")),
        case("echo-1k", Request::new("POST", "/echo", Some((bytes, &kilobyte))), Expected::body(kilobyte.as_slice())),
        case("echo-1m", Request::new("POST", "/echo", Some((bytes, &megabyte))), Expected::body(megabyte.as_slice())),
        case("platform", Request::new("GET", "/project/7", None), Expected::body(PROJECT)),
        case(UI, Request::uncompressed("GET", "/ui/assets/app.js"), Expected::body(SCRIPT)),
        case("stream", Request::new("GET", "/stream", None), Expected::body(vec![b'x'; 64 << 10])),
    ]
}
