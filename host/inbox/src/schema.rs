//! The tables, and how an older file becomes a newer one.

use rusqlite::Connection;

use crate::connection::begin;

/// Each step takes the file from the version of its index to the next. What was released is not changed, only added to.
const STEPS: &[&str] = &["
    CREATE TABLE event (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        event_type TEXT NOT NULL,
        timestamp TEXT NOT NULL,
        project_id INTEGER,
        data TEXT,
        state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dead', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        received_at INTEGER NOT NULL,
        next_try_at INTEGER,
        settled_at INTEGER,
        last_error TEXT
    );
    CREATE INDEX event_by_state ON event (state, sequence);
"];

/// The version that this code writes.
const VERSION: usize = STEPS.len();

/// What is wrong with a file's version.
pub(crate) enum MigrateError {
    Newer { found: u32, known: usize },
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Brings the file to [`VERSION`], in one transaction, so that two that come at once do it once.
pub(crate) fn migrate(db: &mut Connection) -> Result<(), MigrateError> {
    let transaction = begin(db)?;
    let found = pragma(&transaction, "user_version")?;
    let steps =
        usize::try_from(found).ok().and_then(|found| STEPS.get(found..)).ok_or(MigrateError::Newer { found, known: VERSION })?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    if !steps.is_empty() {
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(transaction.commit()?)
}

/// A pragma that is one number.
pub(crate) fn pragma(db: &Connection, name: &str) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, name, |row| row.get(0))
}
