//! The example plugin `notes`, through the launcher: sea-orm on both sides of the sandbox.

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;

use super::support::{Channel, Launcher, Start};

struct Notes {
    launcher: Launcher,
    _channel: Channel,
}

impl Notes {
    async fn start(version: ProtocolVersion) -> Self {
        let (launcher, channel) = Start::with(test_guests::TEMPS_NOTES_PLUGIN).version(version).running().await;
        Self { launcher, _channel: channel }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.launcher.client().request(path).method(method).header("content-type", "application/json");
        let answer = self.launcher.client().answer(request.body(Full::<Bytes>::from(body.to_string())).unwrap()).await;
        (answer.status, serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text)))
    }

    async fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.launcher.get(path).await.text).unwrap()
    }

    /// Something new; its id.
    async fn create(&self, path: &str, body: Value) -> i64 {
        let (status, made) = self.send("POST", path, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made["id"].as_i64().unwrap()
    }
}

#[tokio::test]
async fn notes_are_kept_changed_found_and_deleted() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let notes = Notes::start(version).await;
        let notebook = notes.create("/notebooks", json!({ "name": "recipes" })).await;
        let path = format!("/notebooks/{notebook}/notes");
        let bread = notes.create(&path, json!({ "title": "Bread", "body": "flour, water, salt", "pinned": true })).await;
        let many = json!([{ "title": "Soup", "body": "water and vegetables" }, { "title": "Tea" }]);
        let imported = notes.send("POST", &format!("/notebooks/{notebook}/import"), &many).await;
        assert_eq!(imported, (StatusCode::CREATED, json!({ "created": 2 })));

        let page = notes.get(&path).await;
        assert_eq!((&page["total"], &page["pages"]), (&json!(3), &json!(1)));
        assert_eq!(page["notes"][0]["title"], "Bread");
        let (_, changed) = notes.send("PATCH", &format!("/notes/{bread}"), &json!({ "pinned": false })).await;
        assert_eq!((&changed["pinned"], &changed["body"]), (&json!(false), &json!("flour, water, salt")));

        let found = notes.get("/search?q=wat").await;
        assert_eq!(found.as_array().unwrap().len(), 2);
        assert_eq!(notes.get("/search?q=salt").await[0]["excerpt"], "flour, water, [salt]");

        let (status, _) = notes.send("DELETE", &format!("/notebooks/{notebook}"), &json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(notes.launcher.get(&format!("/notes/{bread}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(notes.get("/search?q=wat").await, json!([]));
        notes.launcher.stop().await;
    }
}

#[tokio::test]
async fn errors_are_json_with_their_status() {
    let notes = Notes::start(ProtocolVersion::V2).await;
    notes.create("/notebooks", json!({ "name": "work" })).await;
    for (method, path, body, status, said) in [
        ("POST", "/notebooks", json!({ "name": "work" }), 409, "there already is a notebook called `work`"),
        ("POST", "/notebooks", json!({ "name": "" }), 400, "the name is not valid: it is empty"),
        ("POST", "/notebooks/9/notes", json!({ "title": "a" }), 404, "there is no notebook 9"),
        ("PATCH", "/notes/9", json!({ "title": "a" }), 404, "there is no note 9"),
        ("POST", "/notebooks/1/merge", json!({ "into": 9 }), 404, "there is no notebook 9"),
        (
            "PATCH",
            "/settings",
            json!({ "pageSize": 101 }),
            400,
            "the page size is not valid: it is 101, and 1 to 100 are allowed",
        ),
    ] {
        let answer = notes.send(method, path, &body).await;
        assert_eq!(answer, (StatusCode::from_u16(status).unwrap(), json!({ "error": said })), "{method} {path}");
    }
    notes.launcher.stop().await;
}

#[tokio::test]
async fn a_merge_that_fails_changes_nothing_and_one_that_does_not_moves_all() {
    let notes = Notes::start(ProtocolVersion::V2).await;
    let from = notes.create("/notebooks", json!({ "name": "from" })).await;
    let into = notes.create("/notebooks", json!({ "name": "into" })).await;
    notes.create(&format!("/notebooks/{from}/notes"), json!({ "title": "moved" })).await;
    let merge = format!("/notebooks/{from}/merge");
    assert_eq!(notes.send("POST", &merge, &json!({ "into": 99 })).await.0, StatusCode::NOT_FOUND);
    assert_eq!(notes.get(&format!("/notebooks/{from}")).await["noteCount"], 1);
    let (status, merged) = notes.send("POST", &merge, &json!({ "into": into })).await;
    assert_eq!((status, &merged["noteCount"]), (StatusCode::OK, &json!(1)));
    assert_eq!(notes.get("/notebooks").await.as_array().unwrap().len(), 1);
    notes.launcher.stop().await;
}

#[tokio::test]
async fn a_stop_and_a_start_change_nothing() {
    let notes = Notes::start(ProtocolVersion::V2).await;
    notes.create("/notebooks", json!({ "name": "kept" })).await;
    notes.send("PATCH", "/settings", &json!({ "pageSize": 7 })).await;
    let before = (notes.get("/notebooks").await, notes.get("/settings").await);
    let mut launcher = notes.launcher;
    launcher.signal(rustix::process::Signal::TERM);
    assert!(launcher.exit().await.success());
    let (launcher, channel) = launcher.again().running().await;
    let notes = Notes { launcher, _channel: channel };
    assert_eq!((notes.get("/notebooks").await, notes.get("/settings").await), before);

    let file = rusqlite::Connection::open(notes.launcher.folder().join("data/notes.db")).unwrap();
    let read: (String, i64) = file
        .query_row("SELECT name, (SELECT value FROM setting WHERE name = 'pageSize') FROM notebook", [], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?.parse().unwrap()))
        })
        .unwrap();
    assert_eq!(read, ("kept".to_owned(), 7));
    notes.launcher.stop().await;
}
