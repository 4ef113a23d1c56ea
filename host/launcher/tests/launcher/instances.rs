//! Several instances of a plugin that says that it is stateless.

use std::collections::BTreeSet;
use std::fs;

use bytes::Bytes;
use futures::future::join_all;
use http::StatusCode;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use rustix::process::Signal;
use serde_json::Value;
use temps_plugin_protocol::{PlatformCall, ProtocolVersion};

use crate::events::post;
use crate::support::{Answer, Channel, Client, Launcher, Start};

const BOTH: [ProtocolVersion; 2] = [ProtocolVersion::V1, ProtocolVersion::V2];

fn start(count: usize) -> Start {
    Start::with(test_guests::STATELESS).limit("instances", &count.to_string())
}

/// A connection that is kept, and with it an instance.
struct Kept {
    client: Client,
    connection: SendRequest<Full<Bytes>>,
    number: String,
}

impl Kept {
    async fn open(launcher: &Launcher) -> Self {
        let client = launcher.client().clone();
        let connection = client.connect().await;
        let mut kept = Self { client, connection, number: String::new() };
        kept.number = kept.get("/who").await.text;
        kept
    }

    async fn send(&mut self, method: &str, path: &str) -> Answer {
        let request = self.client.request(path).method(method).body(Full::default()).unwrap();
        Answer::read(self.connection.send_request(request).await.unwrap()).await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path).await
    }
}

/// As many connections, open at once.
async fn kept(launcher: &Launcher, count: usize) -> Vec<Kept> {
    let mut kept = Vec::new();
    for _ in 0..count {
        kept.push(Kept::open(launcher).await);
    }
    kept
}

fn numbers(kept: &[Kept]) -> BTreeSet<&str> {
    kept.iter().map(|kept| kept.number.as_str()).collect()
}

/// Puts a file where the guest finds it.
fn put(launcher: &Launcher, name: &str) {
    fs::write(launcher.folder().join("data/files").join(name), "").unwrap();
}

/// A start whose guest finds this file from the beginning.
fn with_file(start: Start, name: &str, text: &str) -> Start {
    let files = start.folder().join("data/files");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join(name), text).unwrap();
    start
}

/// The lines of the log with this text.
fn lines(launcher: &Launcher, text: &str) -> Vec<Value> {
    let log = launcher.log();
    log.iter().filter(|line| line.contains(text)).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Which instances wrote these lines, by the log. The first does not say.
fn writers(lines: &[Value]) -> BTreeSet<u64> {
    lines.iter().map(|line| line.get("instance").map_or(1, |instance| instance.as_u64().unwrap())).collect()
}

#[tokio::test]
async fn connections_that_are_open_at_once_go_to_different_instances() {
    for version in BOTH {
        let (launcher, _channel) = start(3).version(version).running().await;
        launcher.logged(r#""instances":3"#).await;
        let mut first = kept(&launcher, 3).await;
        assert_eq!(numbers(&first).len(), 3);
        // Those behind them find each instance with as many.
        let more = kept(&launcher, 3).await;
        assert_eq!(numbers(&more), numbers(&first));
        // A connection stays where it is.
        for kept in &mut first {
            assert_eq!(kept.get("/who").await.text, kept.number);
        }
        // One that ends makes room where it was.
        let left = first.remove(1).number;
        drop(more);
        let again = async { while Kept::open(&launcher).await.number != left {} };
        again.await;
        launcher.stop().await;
    }
}

#[tokio::test]
async fn the_first_is_initialised_before_the_others_begin() {
    let (launcher, _channel) = start(3).running().await;
    let starts: Vec<_> = (1..=3).map(|start| lines(&launcher, &format!(r#""message":"start {start}""#))).collect();
    assert!(starts.iter().all(|lines| lines.len() == 1), "{starts:?}");
    assert_eq!(writers(&starts[0]), BTreeSet::from([1]));
    assert_eq!(writers(&starts.concat()), BTreeSet::from([1, 2, 3]));
    launcher.stop().await;
}

#[tokio::test]
async fn one_that_computes_holds_up_no_other() {
    let (launcher, _channel) = start(2).running().await;
    let mut kept = kept(&launcher, 2).await;
    let mut other = kept.pop().unwrap();
    let mut busy = kept.pop().unwrap();
    let computing = tokio::spawn(async move { busy.get("/compute/enough").await });
    launcher.logged(r#""message":"computes""#).await;
    // Held up, they would not be answered before it has enough.
    for _ in 0..20 {
        assert_eq!(other.get("/who").await.text, other.number);
    }
    put(&launcher, "enough");
    assert_eq!(computing.await.unwrap().text, "computed");
    launcher.stop().await;
}

#[tokio::test]
async fn a_trap_costs_the_others_nothing() {
    let (launcher, _channel) = start(3).running().await;
    let mut kept = kept(&launcher, 3).await;
    let mut waits = kept.pop().unwrap();
    // Nobody may ask for that a second time.
    let waiting = tokio::spawn(async move { waits.send("POST", "/wait/go").await });
    launcher.logged(r#""message":"waits""#).await;
    let mut traps = kept.pop().unwrap();
    assert_eq!(traps.get("/panic").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let failed = launcher.logged("the plugin's instance failed").await;
    assert!(failed.contains(r#""generation":1"#), "{failed}");
    // The next one is where it was.
    assert_ne!(traps.get("/who").await.text, traps.number);
    let mut bystander = kept.pop().unwrap();
    assert_eq!(bystander.get("/who").await.text, bystander.number);
    put(&launcher, "go");
    let waited = waiting.await.unwrap();
    assert_eq!((waited.status, waited.text.as_str()), (StatusCode::OK, "waited"));
    launcher.stop().await;
}

#[tokio::test]
async fn requests_in_flight_are_counted_together() {
    let (launcher, _channel) = start(2).limit("in_flight", "1").running().await;
    let mut kept = kept(&launcher, 2).await;
    let mut other = kept.pop().unwrap();
    let mut waits = kept.pop().unwrap();
    let waiting = tokio::spawn(async move { waits.send("POST", "/wait/go").await });
    launcher.logged(r#""message":"waits""#).await;
    assert_eq!(other.get("/who").await.status, StatusCode::SERVICE_UNAVAILABLE);
    put(&launcher, "go");
    assert_eq!(waiting.await.unwrap().text, "waited");
    assert_eq!(other.get("/who").await.text, other.number);
    launcher.stop().await;
}

#[tokio::test]
async fn the_platform_answers_each() {
    for version in BOTH {
        let (launcher, mut channel) = start(3).version(version).running().await;
        let mut kept = kept(&launcher, 3).await;
        for _ in 0..3 {
            let (answers, ()) = tokio::join!(join_all(kept.iter_mut().map(|kept| kept.get("/project/7"))), async {
                for _ in 0..3 {
                    let (id, call) = channel.query().await;
                    assert_eq!(call, PlatformCall::GetProject { project_id: 7 });
                    channel.answer_project(id).await;
                }
            });
            assert!(answers.iter().all(|answer| answer.text == "seven"), "{answers:?}");
        }
        launcher.stop().await;
    }
}

#[tokio::test]
async fn events_go_to_the_first_alone() {
    for version in BOTH {
        let (launcher, mut channel) = start(3).version(version).running().await;
        for n in 0..6 {
            channel.event(&format!("event-{n}"), "project.created").await;
        }
        launcher.logged("saw event-5").await;
        let posted =
            r#"{"id":"posted","event_type":"project.created","timestamp":"2026-01-01T00:00:00Z","project_id":7,"data":{}}"#;
        assert_eq!(post(&launcher, posted).await, StatusCode::OK);
        launcher.logged("saw posted").await;
        assert_eq!(writers(&lines(&launcher, r#""message":"saw "#)), BTreeSet::from([1]));
        let mut kept = kept(&launcher, 3).await;
        let mut seen = Vec::new();
        for kept in &mut kept {
            seen.push(kept.get("/seen").await.text);
        }
        seen.sort();
        assert_eq!(seen, ["0", "0", "7"]);
        launcher.stop().await;
    }
}

#[tokio::test]
async fn each_is_shut_down() {
    for version in BOTH {
        let (mut launcher, _channel) = start(3).version(version).running().await;
        let mut kept = kept(&launcher, 3).await;
        let all: BTreeSet<String> = numbers(&kept).into_iter().map(str::to_owned).collect();
        // Requests under way are waited for, wherever they are.
        let mut waits = kept.pop().unwrap();
        let waiting = tokio::spawn(async move { waits.send("POST", "/wait/go").await });
        launcher.logged(r#""message":"waits""#).await;
        launcher.signal(Signal::TERM);
        launcher.logged(r#""message":"stopping""#).await;
        put(&launcher, "go");
        assert_eq!(waiting.await.unwrap().text, "waited");
        assert!(launcher.exit().await.success());
        launcher.last_line().await;
        let ends = lines(&launcher, "shuts down");
        assert_eq!(writers(&ends), BTreeSet::from([1, 2, 3]));
        let ended = ends.iter().map(|line| line["message"].as_str().unwrap().split(' ').nth(1).unwrap().to_owned());
        assert_eq!(ended.collect::<BTreeSet<_>>(), all);
    }
}

#[tokio::test]
async fn what_they_write_at_once_is_not_lost() {
    let (launcher, _channel) = start(3).running().await;
    let kept = kept(&launcher, 6).await;
    assert_eq!(numbers(&kept).len(), 3);
    let counts = kept.into_iter().map(async |mut kept| {
        let mut counts = Vec::new();
        for _ in 0..20 {
            counts.push(kept.send("POST", "/count").await.text.parse::<u64>().unwrap());
        }
        counts
    });
    let mut counts = join_all(counts).await.concat();
    counts.sort_unstable();
    assert_eq!(counts, (1..=120).collect::<Vec<_>>());
    assert_eq!(launcher.get("/count").await.text, "120");
    launcher.stop().await;
}

#[tokio::test]
async fn a_plugin_with_memory_has_one_instance() {
    let (launcher, _channel) = Start::with(test_guests::MIXED).limit("instances", "2").running().await;
    let warning = launcher.logged("the plugin does not say that it is stateless").await;
    assert!(warning.contains(r#""level":"WARN""#) && warning.contains(r#""instances":2"#), "{warning}");
    launcher.logged(r#""instances":1"#).await;
    let mut connections = Vec::new();
    for expected in ["1", "2", "3"] {
        let mut connection: SendRequest<Full<Bytes>> = launcher.client().connect().await;
        let request = launcher.client().request("/lock/0").body(Full::default()).unwrap();
        assert_eq!(Answer::read(connection.send_request(request).await.unwrap()).await.text, expected);
        connections.push(connection);
    }
    launcher.stop().await;
}

#[tokio::test]
async fn an_init_that_fails_in_any_fails_the_start() {
    for version in BOTH {
        for (fail_at, said) in [("1", "the plugin failed while it was initialised"), ("3", "instance ")] {
            let mut launcher = with_file(start(3).version(version), "fail-at", fail_at).spawn();
            launcher.manifest().await;
            launcher.launch().await;
            launcher.fails(6, &[said, "told to fail"]).await;
            assert!(!launcher.socket().exists(), "the socket is left");
        }
    }
}

#[tokio::test]
async fn each_may_ask_the_platform_while_it_is_initialised() {
    for version in BOTH {
        let launcher = with_file(start(3).version(version), "ask", "").ready().await;
        let mut channel = launcher.channel().await;
        answer(&mut channel, 3).await;
        let up = async { while numbers(&kept(&launcher, 3).await).len() < 3 {} };
        up.await;
        launcher.stop().await;
    }
}

#[tokio::test]
async fn an_init_that_fails_after_the_ready_line_ends_the_launcher() {
    let mut launcher = with_file(with_file(start(2), "ask", ""), "fail-at", "2").ready().await;
    let mut channel = launcher.channel().await;
    answer(&mut channel, 2).await;
    launcher.fails(6, &["instance 2: ", "told to fail"]).await;
}

#[tokio::test]
async fn a_signal_while_the_others_are_initialised() {
    let launcher = with_file(start(3), "ask", "").ready().await;
    let mut channel = launcher.channel().await;
    answer(&mut channel, 1).await;
    // The second asks, and has no answer.
    channel.query().await;
    launcher.stop().await;
}

async fn answer(channel: &mut Channel, count: usize) {
    for _ in 0..count {
        let (id, _) = channel.query().await;
        channel.answer_project(id).await;
    }
}

#[tokio::test]
async fn there_is_a_most() {
    let mut launcher = start(65).spawn();
    launcher.fails(2, &["`instances`", "`65`", "from 1 to 64"]).await;
    let (launcher, _channel) = start(64).running().await;
    assert_eq!(numbers(&kept(&launcher, 64).await).len(), 64);
    launcher.stop().await;
}
