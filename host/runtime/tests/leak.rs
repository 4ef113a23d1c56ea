//! One instance for ever: what each request made goes with it.
//!
//! `LEAK_REQUESTS=1000000 cargo test --workspace --test leak` is the full run; without the variable it is a
//! shortened one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what tests share is a test too, though clippy does not see it"
)]

#[allow(dead_code, reason = "the rest is for the other tests")]
mod support;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{Method, Request, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody};
use support::{caller, event, get, post, read, send_as, start};
use temps_plugin_runtime::{Limits, Plugin, Stats};

/// Requests of the shortened run.
const SHORT: usize = 30_000;

/// Requests before the first measurement: allocators and tables have their size by then.
const WARM_UP: usize = 1_000;

/// Requests at once.
const AT_ONCE: usize = 16;

/// What the process may have grown by: allocators keep some, and a leak of 100 bytes a request is 3 MB in the shortened run.
const GROWTH_KB: usize = 4 << 10;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_request() {
    let requests = std::env::var("LEAK_REQUESTS").map_or(SHORT, |text| text.parse().unwrap());
    let plugin = start(test_guests::MIXED, &Limits::default());
    plugin.initialised().await.unwrap();

    run(&plugin, WARM_UP).await;
    let (first, first_kb) = (settled(&plugin).await, resident_kb());
    run(&plugin, requests).await;
    let (last, last_kb) = (settled(&plugin).await, resident_kb());

    println!("{requests} requests: {first_kb} KB, then {last_kb} KB; {first:?}, then {last:?}");
    assert_eq!(last.instance, first.instance, "the instance was replaced");
    assert_eq!(last.calls, 0);
    assert_eq!(last.concurrent_entries, first.concurrent_entries, "entries of tasks, streams and futures");
    assert_eq!(last.resources, first.resources, "host resources");
    assert!(last.memory <= first.memory + (1 << 20), "guest memory: {} then {}", first.memory, last.memory);
    assert!(last_kb <= first_kb + GROWTH_KB, "resident: {first_kb} KB, then {last_kb} KB");
}

/// Requests of the shortened run against a database.
const SHORT_SQL: usize = 3_000;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_statement() {
    let requests = std::env::var("LEAK_REQUESTS").map_or(SHORT_SQL, |text| text.parse::<usize>().unwrap() / 10);
    let folder = tempfile::tempdir().unwrap();
    let plugin = support::start_with_databases(test_guests::SQL, &Limits::default(), folder.path());
    plugin.initialised().await.unwrap();
    let made = post(&plugin, "/execute/notes", "CREATE TABLE note (title TEXT UNIQUE); INSERT INTO note VALUES ('taken')").await;
    assert_eq!(made.text, "ok 1");

    statements(&plugin, WARM_UP).await;
    let (first, first_kb) = (idle(&plugin).await, resident_kb());
    statements(&plugin, requests).await;
    let (last, last_kb) = (idle(&plugin).await, resident_kb());

    println!("{requests} statements: {first_kb} KB, then {last_kb} KB; {first:?}, then {last:?}");
    assert_eq!(last.instance, first.instance, "the instance was replaced");
    assert_eq!(last.concurrent_entries, first.concurrent_entries, "entries of tasks, streams and futures");
    assert_eq!(last.resources, first.resources, "handles of databases and transactions");
    assert!(last.memory <= first.memory + (1 << 20), "guest memory: {} then {}", first.memory, last.memory);
    assert!(last_kb <= first_kb + GROWTH_KB, "resident: {first_kb} KB, then {last_kb} KB");
}

/// Requests with statements of every kind, some at once.
async fn statements(plugin: &Plugin, requests: usize) {
    const NUMBERS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, 'x' FROM n";
    let one = async |n: usize| match n % 8 {
        0 => assert_eq!(post(plugin, "/query/notes", "SELECT title FROM note").await.text, "ok taken "),
        1 => assert_eq!(post(plugin, "/execute/notes", "UPDATE note SET title = title").await.text, "ok 1"),
        2 => assert_eq!(post(plugin, "/transaction/notes", "UPDATE note SET title = title").await.text, "ok"),
        3 => {
            assert!(post(plugin, "/transaction/notes", "INSERT INTO note VALUES ('taken')").await.text.starts_with("constraint"))
        }
        4 => assert_eq!(post(plugin, "/stream/notes", NUMBERS).await.text, "ok 2000"),
        5 => assert!(post(plugin, "/query/notes", "SELECT * FROM nowhere").await.text.starts_with("syntax")),
        6 => assert!(post(plugin, "/execute/.", "SELECT 1").await.text.starts_with("denied")),
        _ => assert!(post(plugin, "/many/8/notes", "SELECT 1").await.text.starts_with("ok 8, failed 0")),
    };
    for round in 0..requests / 4 {
        futures::future::join_all((0..4).map(|at_once| one(round * 4 + at_once))).await;
    }
}

/// Requests of the shortened run with callers.
const SHORT_CALLERS: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_caller() {
    let requests = std::env::var("LEAK_REQUESTS").map_or(SHORT_CALLERS, |text| text.parse::<usize>().unwrap() / 10);
    let plugin = start(test_guests::CALLS_API, &Limits::default());
    plugin.initialised().await.unwrap();

    callers(&plugin, WARM_UP).await;
    let (first, first_kb) = (idle(&plugin).await, resident_kb());
    callers(&plugin, requests).await;
    let (last, last_kb) = (idle(&plugin).await, resident_kb());

    println!("{requests} callers: {first_kb} KB, then {last_kb} KB; {first:?}, then {last:?}");
    assert_eq!(last.instance, first.instance, "the instance was replaced");
    assert_eq!(last.concurrent_entries, first.concurrent_entries, "entries of tasks, streams and futures");
    assert_eq!(last.resources, first.resources, "handles of callers");
    assert!(last.memory <= first.memory + (1 << 20), "guest memory: {} then {}", first.memory, last.memory);
    assert!(last_kb <= first_kb + GROWTH_KB, "resident: {first_kb} KB, then {last_kb} KB");
}

/// Requests with a caller who is asked about, acted for or ignored, some at once.
async fn callers(plugin: &Plugin, requests: usize) {
    let one = async |n: usize| match n % 8 {
        0 => assert_eq!(send_as(plugin, 7, Method::GET, "/me").await.text, "7 7@x user "),
        1 => assert_eq!(send_as(plugin, 7, Method::GET, "/ok").await.text, "ok"),
        2 => assert_eq!(send_as(plugin, 8, Method::GET, "/get/x").await.text, "200 8"),
        3 => assert_eq!(send_as(plugin, 9, Method::GET, "/many/3").await.text, "200 9\n200 9\n200 9"),
        4 => assert_eq!(send_as(plugin, 7, Method::GET, "/nowhere").await.status, StatusCode::NOT_FOUND),
        5 => assert_eq!(send_as(plugin, 7, Method::POST, "/later/1").await.status, StatusCode::OK),
        6 => assert_eq!(send_as(plugin, 7, Method::GET, "/write").await.status, StatusCode::FORBIDDEN),
        _ => {
            let request = Request::get("/wait/1000").body(Empty::<Bytes>::new()).unwrap();
            let waited = plugin.handle(request, Some(Arc::new(caller(7))));
            let answered = tokio::time::timeout(Duration::from_millis(1), waited).await;
            assert!(answered.is_err(), "the guest was to wait for longer");
        }
    };
    for round in 0..requests / 4 {
        futures::future::join_all((0..4).map(|at_once| one(round * 4 + at_once))).await;
    }
}

/// Waits until no call is under way.
async fn idle(plugin: &Plugin) -> Stats {
    tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let stats = plugin.stats().await.unwrap();
            if stats.calls == 0 && stats.concurrent_entries == 0 {
                return stats;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the instance does not settle")
}

/// Waits for what goes on after its request: background tasks, and handlers that were told to let go.
async fn settled(plugin: &Plugin) -> Stats {
    tokio::time::timeout(Duration::from_secs(20), async {
        let mut last = plugin.stats().await.unwrap();
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let stats = plugin.stats().await.unwrap();
            if stats.calls == 0 && stats == last && get(plugin, "/background").await.text == "0" {
                return stats;
            }
            last = stats;
        }
    })
    .await
    .expect("the instance does not settle")
}

async fn run(plugin: &Plugin, requests: usize) {
    let tasks = (0..AT_ONCE).map(|task| {
        let plugin = plugin.clone();
        tokio::spawn(async move {
            for n in (task..requests).step_by(AT_ONCE) {
                one(&plugin, n / AT_ONCE).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// The `n`th request, each of another kind.
async fn one(plugin: &Plugin, n: usize) {
    match n % 12 {
        0 => assert_eq!(get(plugin, "/ok").await.text, "ok"),
        1 => assert_eq!(post(plugin, "/echo", "inline").await.text, "inline"),
        2 => assert_eq!(streamed(plugin, "/echo", 3).await.text.len(), 300),
        3 => assert_eq!(get(plugin, "/stream/5").await.text.len(), 500),
        4 => assert_eq!(get(plugin, "/fail").await.status, StatusCode::INTERNAL_SERVER_ERROR),
        5 => assert_eq!(get(plugin, "/nowhere").await.status, StatusCode::NOT_FOUND),
        6 => assert_eq!(post(plugin, "/background", "").await.status, StatusCode::ACCEPTED),
        7 => assert_eq!(streamed(plugin, "/ignore", 1000).await.text, "ignored"),
        8 => given_up(plugin, "/wait/1000").await,
        9 => half_read(plugin, "/stream/1000").await,
        10 => drop(plugin.deliver(&event("project.deleted"), 1).await.unwrap_err()),
        _ => plugin.deliver(&event("project.created"), 1).await.unwrap(),
    }
}

/// Sends pieces of 100 bytes without saying how many.
async fn streamed(plugin: &Plugin, path: &str, pieces: usize) -> support::Answer {
    let pieces = stream::iter((0..pieces).map(|_| Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b'p'; 100])))));
    read(plugin.handle(Request::post(path).body(StreamBody::new(pieces)).unwrap(), None).await).await
}

/// The client goes away before there is an answer.
async fn given_up(plugin: &Plugin, path: &str) {
    let request = Request::get(path).body(Empty::<Bytes>::new()).unwrap();
    let answered = tokio::time::timeout(Duration::from_millis(1), plugin.handle(request, None)).await;
    assert!(answered.is_err(), "the guest was to wait for longer");
}

/// The client goes away in the middle of the body.
async fn half_read(plugin: &Plugin, path: &str) {
    let request = Request::get(path).body(Empty::<Bytes>::new()).unwrap();
    let mut body = plugin.handle(request, None).await.into_body();
    assert!(body.frame().await.unwrap().unwrap().is_data());
}

fn resident_kb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
