//! The inbox on a real file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what tests share is a test too, though clippy does not see it")]

mod delivery;
mod file;
mod intake;
mod operator;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use temps_plugin_inbox::{Committed, Due, Inbox, Outcome, Said, Settings, Step, path_in};
use temps_plugin_protocol::PluginEvent;

/// An inbox in a folder of its own.
struct Test {
    folder: tempfile::TempDir,
    inbox: Inbox,
}

impl Test {
    async fn new(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".launcher")).unwrap();
        let inbox = Inbox::open(&path_in(folder.path()), settings).await.unwrap();
        Self { folder, inbox }
    }

    /// The same file in another launcher, with the first one gone as if it had been killed.
    async fn killed(self, settings: Settings) -> Self {
        let Self { folder, inbox } = self;
        std::mem::drop(inbox);
        let inbox = Inbox::open(&path_in(folder.path()), settings).await.unwrap();
        Self { folder, inbox }
    }

    async fn put(&self, ids: &[&str]) -> Vec<temps_plugin_inbox::Put> {
        let came = ids.iter().map(|id| Arc::new(event(id))).collect();
        self.inbox.commit(Step { came, ..Step::default() }).await.unwrap().put
    }

    /// What is due, one at a time, after what was said of the one before.
    async fn due(&self, said: &[Said]) -> Committed {
        self.inbox.commit(Step { said: said.to_vec(), at_once: 1, ..Step::default() }).await.unwrap()
    }

    /// The one that is due. There has to be one.
    async fn one(&self, said: &[Said]) -> Due {
        let mut due = self.due(said).await.due;
        assert_eq!(due.len(), 1, "{due:?}");
        due.remove(0)
    }
}

fn event(id: &str) -> PluginEvent {
    PluginEvent {
        id: id.to_owned(),
        event_type: "a.b".to_owned(),
        timestamp: "2026-01-01T00:00:00Z".to_owned(),
        project_id: Some(7),
        data: json!({ "n": [1, 2.5, "ü", null] }),
    }
}

fn said(due: &Due, outcome: Outcome) -> [Said; 1] {
    [Said { sequence: due.sequence, attempt: due.attempt, outcome }]
}

fn failed(due: &Due) -> [Said; 1] {
    said(due, Outcome::Failed("no".to_owned()))
}

fn done(due: &Due) -> [Said; 1] {
    said(due, Outcome::Done)
}

/// Pauses that nobody notices.
fn impatient() -> Settings {
    Settings::default().with_first_wait(Duration::from_nanos(1))
}
