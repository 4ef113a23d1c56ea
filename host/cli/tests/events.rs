//! `temps-wasm events` in a terminal, on an inbox that a launcher left.

#![allow(clippy::unwrap_used, reason = "what tests share is a test too, though clippy does not see it")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use temps_plugin_inbox::{Inbox, Outcome, Said, Settings, Step, path_in};
use temps_plugin_protocol::PluginEvent;

/// A data directory with an event that is done, one that is dead, and one that waits.
async fn data_dir() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".launcher")).unwrap();
    let settings = Settings::default().with_tries(1).with_first_wait(Duration::from_millis(1));
    let inbox = Inbox::open(&path_in(folder.path()), settings).await.unwrap();
    let event = |id: &str| {
        Arc::new(PluginEvent {
            id: id.to_owned(),
            event_type: "deployment.succeeded".to_owned(),
            timestamp: "2026-01-01T00:00:00Z".to_owned(),
            project_id: Some(7),
            data: json!({ "deployment_id": 3 }),
        })
    };
    let came = ["done-1", "dead-1", "waits-1"].map(event).to_vec();
    let mut due = inbox.commit(Step { came, at_once: 1, ..Step::default() }).await.unwrap().due.remove(0);
    for outcome in [Outcome::Done, Outcome::Failed("the mail server is down".to_owned())] {
        let said = vec![Said { sequence: due.sequence, attempt: due.attempt, outcome }];
        due = inbox.commit(Step { said, at_once: 1, ..Step::default() }).await.unwrap().due.remove(0);
    }
    inbox.close().await;
    folder
}

fn events(data_dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_temps-wasm"));
    command.arg("events").args(arguments).arg("--data-dir").arg(data_dir).output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", err(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn what_needs_looking_after_is_listed() {
    let folder = data_dir().await;
    let listed = events(folder.path(), &["list"]);
    let text = out(&listed);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() == 3 && text.starts_with("STATE"), "{text}");
    assert!(text.contains("dead-1") && text.contains("the mail server is down") && text.contains("waits-1"), "{text}");
    assert_eq!(err(&listed), "1 pending, of which 0 failed before; 1 dead\n");
    let all = out(&events(folder.path(), &["list", "--state", "done,dead,pending,dropped", "--json"]));
    let ids: Vec<Value> = all.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].take()).collect();
    assert_eq!(ids, ["done-1", "dead-1", "waits-1"]);
    let one = events(folder.path(), &["list", "--limit", "1"]);
    assert!(err(&one).contains("the first 1; --limit shows more"), "{}", err(&one));
}

#[tokio::test]
async fn one_is_shown_with_its_data() {
    let folder = data_dir().await;
    let text = out(&events(folder.path(), &["show", "dead-1"]));
    assert!(text.contains("state       dead") && text.contains("\"deployment_id\": 3"), "{text}");
    let line: Value = serde_json::from_str(&out(&events(folder.path(), &["show", "dead-1", "--json"]))).unwrap();
    assert_eq!(line["data"], json!({ "deployment_id": 3 }));
    let unknown = events(folder.path(), &["show", "nobody"]);
    assert_eq!(unknown.status.code(), Some(8));
    assert!(err(&unknown).contains("there is no event nobody"), "{}", err(&unknown));
}

#[tokio::test]
async fn dead_ones_are_tried_again_and_others_dropped() {
    let folder = data_dir().await;
    let retried = events(folder.path(), &["retry", "--all-dead"]);
    out(&retried);
    assert_eq!(err(&retried), "dead-1 waits for its delivery\n2 pending, of which 1 failed before; 0 dead\n");
    let dropped = events(folder.path(), &["drop", "dead-1", "waits-1"]);
    out(&dropped);
    assert!(err(&dropped).contains("dead-1 is dropped\nwaits-1 is dropped\n0 pending"), "{}", err(&dropped));
    let over = events(folder.path(), &["retry", "done-1", "nobody"]);
    assert_eq!(over.status.code(), Some(8));
    assert!(err(&over).contains("event done-1 is done") && err(&over).contains("no event nobody"), "{}", err(&over));
}

#[tokio::test]
async fn what_cannot_be_done_is_told_apart_from_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let none = events(folder.path(), &["list"]);
    assert_eq!(none.status.code(), Some(8));
    assert!(err(&none).contains("no plugin has run with this data directory"), "{}", err(&none));
    for wrong in [&["retry"][..], &["drop", "id", "--all-dead"], &["list", "--limit", "0"], &["list", "--state", "lost"]] {
        assert_eq!(events(folder.path(), wrong).status.code(), Some(2), "{wrong:?}");
    }
}
