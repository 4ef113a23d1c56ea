use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use rustix::process::Signal;
use serde_json::json;
use tokio::net::UnixStream;

use super::kills;
use super::support::{Channel, Client, Launcher, Start};

/// How often the launcher is killed, at least, unless [`kills`] says otherwise.
const KILLS: u64 = 32;

/// How many events are sent, at least, and for each kill: the plugin has to take them all in the end.
const EVENTS: u64 = 2000;
const EVENTS_A_KILL: u64 = 10;

/// The longest time after the last of them, in milliseconds.
const AFTERMATH_MS: u64 = 60;

fn chance(below: u64) -> u64 {
    RandomState::new().hash_one(()) % below
}

#[tokio::test]
async fn no_kill_loses_an_event_or_changes_the_order() {
    let mut start = Start::with(test_guests::KEEPS_EVENTS);
    let wanted = kills(KILLS);
    let events = EVENTS.max(EVENTS_A_KILL * wanted);
    // The most events of a launcher's life before it is killed.
    let life = 2 * events / (wanted + 1);
    let (mut sent, mut kills, mut acknowledged) = (0, 0, Vec::new());
    let (launcher, _channel) = loop {
        let eager = |start: Start| {
            start
                .limit("event_queue", "1000000")
                .limit("event_tries", "100000")
                .limit("event_retry", "1ms")
                .limit("event_retry_longest", "5ms")
        };
        let (launcher, mut channel) = eager(start).running().await;
        if sent == events && kills >= wanted {
            break (launcher, channel);
        }
        for _ in 0..chance(life.min(events - sent) + 1) {
            let id = format!("event-{sent}");
            if chance(2) == 0 {
                offer(&mut channel, &id).await;
            } else {
                assert!(post(launcher.client(), &id).await, "{id} was not taken");
                acknowledged.push(id);
            }
            sent += 1;
        }
        // One is on its way when the end comes.
        let last = (sent < events).then(|| {
            let (client, id) = (launcher.client().clone(), format!("event-{sent}"));
            sent += 1;
            tokio::spawn(async move { post(&client, &id).await.then_some(id) })
        });
        // Any moment will do: that is what is tested.
        tokio::time::sleep(Duration::from_millis(chance(AFTERMATH_MS))).await;
        launcher.signal(Signal::KILL);
        acknowledged.extend(match last {
            Some(last) => last.await.unwrap(),
            None => None,
        });
        kills += 1;
        start = killed(launcher).await;
    };

    let written = column(launcher.folder(), ".launcher/inbox.db", "SELECT id FROM event ORDER BY sequence");
    for id in &acknowledged {
        assert!(written.contains(id), "{id} was acknowledged, and is not in the inbox");
    }
    while launcher.client().get(&format!("/kept/{}", written.len())).await.text != "kept" {
        // An event made the plugin fail under the request.
    }
    let kept = column(launcher.folder(), "events.db", "SELECT id FROM kept ORDER BY place");
    assert_eq!(kept, written, "what was written reaches the plugin, each once, and in order");
    let repeated = column(
        launcher.folder(),
        "events.db",
        "SELECT id FROM kept WHERE (SELECT count(*) FROM delivery WHERE delivery.id = kept.id) > 1",
    );
    println!(
        "{sent} events and {kills} kills: {} acknowledged, {} more written from the channel, none lost; {} delivered more than once",
        acknowledged.len(),
        written.len() - acknowledged.len(),
        repeated.len(),
    );
    assert!(written.len() as u64 > events / 2, "only {} events were written", written.len());
    launcher.stop().await;
}

async fn killed(mut launcher: Launcher) -> Start {
    assert!(!launcher.exit().await.success());
    launcher.again()
}

async fn offer(channel: &mut Channel, id: &str) {
    channel.event(id, "deployment.succeeded").await;
}

/// Whether it was taken. Not, if the launcher is gone.
async fn post(client: &Client, id: &str) -> bool {
    let event = json!({ "id": id, "event_type": "deployment.succeeded", "timestamp": "2026-01-01T00:00:00Z", "data": null });
    let Ok(stream) = UnixStream::connect(client.socket()).await else { return false };
    let Ok((mut sender, connection)) = handshake(TokioIo::new(stream)).await else { return false };
    tokio::spawn(connection);
    let request = client.host_request("/_events").method("POST").body(Full::<Bytes>::from(event.to_string())).unwrap();
    sender.send_request(request).await.is_ok_and(|response| response.status() == StatusCode::OK)
}

/// The column of a query on one of the files in the data directory.
fn column(folder: &Path, file: &str, query: &str) -> Vec<String> {
    let file = rusqlite::Connection::open(folder.join("data").join(file)).unwrap();
    let mut statement = file.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
