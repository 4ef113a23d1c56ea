//! The steps that made the database what it is.

use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// What was released stays as it is: changes are further steps.
const STEPS: &[Migration] = &[
    Migration::new(
        "notebooks, notes and settings",
        "CREATE TABLE notebook (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL
    );
    CREATE TABLE note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        notebook_id INTEGER NOT NULL REFERENCES notebook (id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    );
    CREATE INDEX note_by_notebook ON note (notebook_id, pinned, updated_at);
    CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;",
    ),
    Migration::new(
        "full-text search",
        "CREATE VIRTUAL TABLE note_search USING fts5(title, body, content = 'note', content_rowid = 'id');
    CREATE TRIGGER note_added AFTER INSERT ON note BEGIN
        INSERT INTO note_search (rowid, title, body) VALUES (new.id, new.title, new.body);
    END;
    CREATE TRIGGER note_removed AFTER DELETE ON note BEGIN
        INSERT INTO note_search (note_search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    END;
    CREATE TRIGGER note_changed AFTER UPDATE OF title, body ON note BEGIN
        INSERT INTO note_search (note_search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
        INSERT INTO note_search (rowid, title, body) VALUES (new.id, new.title, new.body);
    END;
    INSERT INTO note_search (note_search) VALUES ('rebuild');",
    ),
];

/// Runs the steps that the database has not had. The first versions of the plugin counted them in `user_version`.
pub(super) async fn run(db: &Database) -> Result<(), StoreError> {
    up_to(db, STEPS).await
}

async fn up_to(db: &Database, steps: &[Migration]) -> Result<(), StoreError> {
    db.adopt_user_version(steps).await?;
    db.migrate(steps).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    #[tokio::test]
    async fn every_version_leads_to_the_newest() {
        for from in 0..=STEPS.len() {
            let db = testing::database("notes").await.unwrap();
            up_to(&db, &STEPS[..from]).await.unwrap();
            run(&db).await.unwrap();
            assert_eq!(db.migrate(STEPS).await, Ok(0));
        }
    }

    #[tokio::test]
    async fn what_was_written_before_the_search_is_found() {
        let db = testing::database("notes").await.unwrap();
        up_to(&db, &STEPS[..1]).await.unwrap();
        db.sql(
            "INSERT INTO notebook VALUES (1, 'old', '2026-01-01T00:00:00+00:00');
             INSERT INTO note VALUES (1, 1, 'a title', 'some words', 0, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00')",
        )
        .execute()
        .await
        .unwrap();
        run(&db).await.unwrap();
        let found: Vec<i64> = db.sql("SELECT rowid FROM note_search WHERE note_search MATCH 'words'").fetch_all().await.unwrap();
        assert_eq!(found, [1]);
    }
}
