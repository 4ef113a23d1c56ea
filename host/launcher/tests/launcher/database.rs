//! The guest's databases, on the real binary.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use temps_plugin_protocol::ProtocolVersion;

use super::support::{Client, Launcher, Start};

async fn post(client: &Client, path: &str, sql: &str) -> String {
    client.post(path, sql.to_owned()).await.text
}

async fn with_counter() -> (Launcher, super::support::Channel) {
    let (launcher, channel) = Start::with(test_guests::SQL).running().await;
    let made = post(launcher.client(), "/batch/notes", "CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)").await;
    assert_eq!(made, "ok 1");
    (launcher, channel)
}

#[tokio::test]
async fn sixty_four_at_once_lose_no_write() {
    let (launcher, _channel) = with_counter().await;
    let requests = (0..64).map(|n| {
        let client = launcher.client().clone();
        async move {
            match n % 4 {
                // What one reads and the other writes meanwhile would be lost.
                0 => post(&client, "/transaction/notes", "UPDATE counter SET n = (SELECT n FROM counter) + 1").await,
                1 => post(&client, "/execute/notes", "UPDATE counter SET n = n + 1").await,
                2 => post(&client, "/query/notes", "SELECT n FROM counter").await,
                _ => post(&client, "/stream/notes", "SELECT n FROM counter").await,
            }
        }
    });
    for said in join_all(requests).await {
        assert!(said.starts_with("ok"), "{said}");
    }
    assert_eq!(post(launcher.client(), "/query/notes", "SELECT n FROM counter").await, "ok 32 ");
    launcher.stop().await;
}

#[tokio::test]
async fn a_request_that_is_given_up_holds_nobody_up() {
    let (launcher, _channel) = with_counter().await;
    let held = launcher.client().clone();
    let held = tokio::spawn(async move { post(&held, "/hold/notes", "UPDATE counter SET n = 7").await });
    // The transaction is open once others wait for its end.
    let waiting = async {
        loop {
            let update = post(launcher.client(), "/execute/notes", "UPDATE counter SET n = n + 1");
            if tokio::time::timeout(Duration::from_millis(200), update).await.is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap();
    held.abort();
    // Without the client's going away it would take the transaction's 10 s.
    let update = post(launcher.client(), "/execute/notes", "UPDATE counter SET n = 1");
    assert_eq!(tokio::time::timeout(Duration::from_secs(12), update).await.unwrap(), "ok 1");
    assert_eq!(post(launcher.client(), "/query/notes", "SELECT n FROM counter").await, "ok 1 ");
    launcher.stop().await;
}

#[tokio::test]
async fn it_is_a_file_that_other_tools_read_and_make() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let start = Start::with(test_guests::SQL).version(version);
        let data = start.folder().join("data");
        std::fs::create_dir(&data).unwrap();
        let made = rusqlite::Connection::open(data.join("made.db")).unwrap();
        made.execute_batch("CREATE TABLE note (title TEXT); INSERT INTO note VALUES ('elsewhere')").unwrap();
        drop(made);

        let (launcher, _channel) = start.running().await;
        assert_eq!(post(launcher.client(), "/query/made", "SELECT title FROM note").await, "ok elsewhere ");
        assert_eq!(post(launcher.client(), "/execute/notes", "CREATE TABLE note (title TEXT)").await, "ok 0");
        assert_eq!(post(launcher.client(), "/execute/notes", "INSERT INTO note VALUES ('here')").await, "ok 1");

        let notes = data.join("notes.db");
        let read = rusqlite::Connection::open(&notes).unwrap();
        let title = |file: &rusqlite::Connection| file.query_row("SELECT title FROM note", [], |row| row.get::<_, String>(0));
        assert_eq!(title(&read).unwrap(), "here", "beside the running plugin");
        drop(read);
        assert_eq!(notes.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        launcher.stop().await;
    }
}

#[tokio::test]
async fn a_database_outlives_the_instance_and_the_process() {
    let (launcher, _channel) = with_counter().await;
    assert_eq!(post(launcher.client(), "/execute/notes", "UPDATE counter SET n = 7").await, "ok 1");
    let trapped = launcher.client().post("/trap/notes", "UPDATE counter SET n = 8").await;
    assert_eq!(trapped.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(post(launcher.client(), "/query/notes", "SELECT n FROM counter").await, "ok 7 ");
    let mut launcher = launcher;
    launcher.signal(rustix::process::Signal::TERM);
    assert!(launcher.exit().await.success());
    let (launcher, _channel) = launcher.again().running().await;
    assert_eq!(post(launcher.client(), "/query/notes", "SELECT n FROM counter").await, "ok 7 ");
    launcher.stop().await;
}

#[tokio::test]
async fn a_failing_statement_says_why() {
    let (launcher, _channel) = with_counter().await;
    for (sql, said) in [
        ("SELEKT 1", "syntax: near \"SELEKT\""),
        ("SELECT * FROM nowhere", "syntax: no such table: nowhere"),
        ("SELECT ?", "syntax: the statement has 1 parameters, and 0 values were given"),
        ("PRAGMA journal_mode = OFF", "denied: PRAGMA journal_mode = OFF is not allowed"),
    ] {
        let answer = post(launcher.client(), "/query/notes", sql).await;
        assert!(answer.starts_with(said), "{sql}: {answer}");
    }
    launcher.stop().await;
}
