use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use rustix::process::Signal;
use tokio::net::UnixStream;

use super::kills;
use super::support::{Client, Launcher, Start};

/// How often the launcher is killed, unless [`kills`] says otherwise.
const KILLS: usize = 50;

/// Clients that write at the same time.
const WRITERS: usize = 4;

/// The longest life of a launcher under load, in milliseconds.
const LIFE_MS: u64 = 120;

/// What has been acknowledged so far: numbers whose row, and whose opposite's row, have to be there for ever.
type Acknowledged = Arc<Mutex<BTreeSet<i64>>>;

#[tokio::test]
async fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    let acknowledged = Acknowledged::default();
    let next = Arc::new(AtomicI64::new(1));
    let (mut start, kills) = (Start::with(test_guests::SQL), kills(KILLS));
    let generous = |start: Start| start.limit("result_rows", "10000000").limit("result_bytes", "256MiB");
    for kill in 0..kills {
        let (launcher, _channel) = generous(start).running().await;
        check(&launcher, &acknowledged, kill).await;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(launcher.client().clone(), writer % 2 == 0, next.clone(), acknowledged.clone())))
            .collect();
        // Any moment will do: that is what is tested.
        tokio::time::sleep(Duration::from_millis(RandomState::new().hash_one(kill) % LIFE_MS)).await;
        launcher.signal(Signal::KILL);
        for writer in writers {
            writer.await.unwrap();
        }
        start = killed(launcher).await;
    }
    let (launcher, _channel) = generous(start).running().await;
    check(&launcher, &acknowledged, kills).await;
    let database = launcher.folder().join("data/notes.db");
    let file = rusqlite::Connection::open(database).unwrap();
    let integrity: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    drop(file);
    launcher.stop().await;
    let count = acknowledged.lock().unwrap().len();
    println!("{kills} kills, {count} acknowledged writes, none lost");
    assert!(count > kills, "only {count} writes were acknowledged");
}

async fn killed(mut launcher: Launcher) -> Start {
    assert!(!launcher.exit().await.success());
    launcher.again()
}

/// Every acknowledged number is there, and no transaction by half.
async fn check(launcher: &Launcher, acknowledged: &Acknowledged, kill: usize) {
    let query = async |sql: &'static str| launcher.client().post("/query/notes", sql).await.text;
    assert_eq!(query("PRAGMA integrity_check").await, "ok ok ", "after {kill} kills");
    let made = launcher.client().post("/execute/notes", "CREATE TABLE IF NOT EXISTS note (n INTEGER PRIMARY KEY)").await;
    assert_eq!(made.text, "ok 0");
    let there: BTreeSet<i64> =
        query("SELECT n FROM note").await.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect();
    for number in acknowledged.lock().unwrap().iter() {
        assert!(there.contains(number), "{number} was acknowledged, and is lost after {kill} kills");
    }
    for number in there.iter().filter(|number| *number % 2 == 0) {
        assert!(there.contains(&-number), "half of the transaction of {number} is there after {kill} kills");
    }
}

/// Writes until there is no answer: single rows with odd numbers, or transactions of two rows with even ones.
async fn write(client: Client, single: bool, next: Arc<AtomicI64>, acknowledged: Acknowledged) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed) * 2 + i64::from(single);
        let (path, sql) = if single {
            ("/execute/notes", format!("INSERT INTO note VALUES ({number})"))
        } else {
            ("/transaction/notes", format!("INSERT INTO note VALUES ({number}); INSERT INTO note VALUES ({})", -number))
        };
        match answer(&client, path, sql).await {
            Some(text) => assert!(text.starts_with("ok"), "{text}"),
            None => return,
        }
        acknowledged.lock().unwrap().insert(number);
    }
}

/// The answer's text. None if the launcher is gone.
async fn answer(client: &Client, path: &str, sql: String) -> Option<String> {
    let stream = UnixStream::connect(client.socket()).await.ok()?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    let request = client.request(path).method("POST").body(Full::<Bytes>::from(sql)).unwrap();
    let response = sender.send_request(request).await.ok()?;
    let body = response.into_body().collect().await.ok()?.to_bytes();
    Some(String::from_utf8(body.into()).unwrap())
}
