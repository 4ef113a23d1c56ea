//! A plugin's databases, as the bridge to guests uses them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

mod containment;
mod files;
mod functions;
mod limits;
mod quick;
mod scripts;
mod side_by_side;
mod statements;
mod streams;
mod transactions;

use tempfile::TempDir;
use temps_plugin_sqlite::{Changes, Database, Databases, Error, Label, Rows, Settings, Value};

/// A database in a folder of its own, with a table in it.
struct Stage {
    folder: TempDir,
    databases: Databases,
    db: Database,
}

impl Stage {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let folder = TempDir::new().unwrap();
        let databases = Databases::new(folder.path(), settings);
        let db = databases.open(label("notes")).await.unwrap();
        run(&db, "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, size BIGINT)").await.unwrap();
        Self { folder, databases, db }
    }
}

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

async fn run(db: &Database, sql: &str) -> Result<Changes, Error> {
    db.execute(sql.to_owned(), vec![]).await
}

async fn ask(db: &Database, sql: &str) -> Result<Rows, Error> {
    db.query(sql.to_owned(), vec![]).await
}

/// The one value of a result.
async fn value(db: &Database, sql: &str) -> Value {
    let mut rows = ask(db, sql).await.unwrap();
    assert_eq!(rows.values.len(), 1, "{rows:?}");
    rows.values.remove(0)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Inserts a note.
async fn note(db: &Database, title: &str) -> Changes {
    db.execute("INSERT INTO note (title) VALUES (?)".to_owned(), vec![text(title)]).await.unwrap()
}

/// A statement that never ends by itself.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
