//! The steps that made the database what it is.

use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// What was released stays as it is: changes are further steps.
const STEPS: &[Migration] = &[Migration::new(
    "sites, scans and submissions",
    "CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE site (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        origin TEXT NOT NULL UNIQUE,
        project_id INTEGER,
        key_location TEXT,
        created_at TEXT NOT NULL
    );
    CREATE TABLE scan (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        site_id INTEGER NOT NULL REFERENCES site (id) ON DELETE CASCADE,
        deployment_id INTEGER,
        event_id TEXT,
        status TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        found INTEGER NOT NULL,
        submitted INTEGER NOT NULL,
        message TEXT,
        next_try_at TEXT,
        created_at TEXT NOT NULL,
        finished_at TEXT,
        UNIQUE (site_id, deployment_id),
        UNIQUE (site_id, event_id)
    );
    CREATE INDEX scan_due ON scan (next_try_at) WHERE status = 'waiting';
    CREATE TABLE page (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        site_id INTEGER NOT NULL REFERENCES site (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        lastmod TEXT,
        digest TEXT,
        scan_id INTEGER,
        submitted_at TEXT,
        submitted_lastmod TEXT,
        submitted_digest TEXT,
        UNIQUE (site_id, url)
    );
    CREATE TABLE submission (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        site_id INTEGER REFERENCES site (id) ON DELETE SET NULL,
        host TEXT NOT NULL,
        origin TEXT NOT NULL,
        key_location TEXT,
        source TEXT NOT NULL,
        deployment_id INTEGER,
        part INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        url_count INTEGER NOT NULL,
        status TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        response_code INTEGER,
        message TEXT,
        next_try_at TEXT,
        created_at TEXT NOT NULL,
        finished_at TEXT
    );
    CREATE INDEX submission_due ON submission (next_try_at) WHERE status = 'waiting';
    CREATE TABLE submitted_url (
        submission_id INTEGER NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        lastmod TEXT,
        digest TEXT,
        PRIMARY KEY (submission_id, url)
    ) WITHOUT ROWID;
    CREATE INDEX submitted_url_by_url ON submitted_url (url);
    CREATE TABLE attempt (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        submission_id INTEGER NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
        endpoint TEXT NOT NULL,
        response_code INTEGER,
        message TEXT NOT NULL,
        at TEXT NOT NULL
    );
    CREATE INDEX attempt_by_submission ON attempt (submission_id);",
)];

/// Runs the steps that the database has not had. The first versions of the plugin counted them in `user_version`.
pub(super) async fn run(db: &Database) -> Result<(), StoreError> {
    db.adopt_user_version(STEPS).await?;
    db.migrate(STEPS).await?;
    Ok(())
}
