//! The database's versions. `PRAGMA user_version` says which one a file has.

use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// What makes each version from the one before it. What was released stays as it is: changes are further versions.
const VERSIONS: &[&str] = &["CREATE TABLE deployment (
        id INTEGER PRIMARY KEY,
        project_id INTEGER,
        project_name TEXT,
        environment_id INTEGER,
        environment_name TEXT,
        status TEXT NOT NULL,
        branch TEXT,
        commit_sha TEXT,
        url TEXT,
        error_message TEXT,
        updated_at TEXT NOT NULL
    );
    CREATE INDEX deployment_by_time ON deployment (updated_at);
    CREATE INDEX deployment_by_project ON deployment (project_id, updated_at);
    CREATE TABLE event (
        id TEXT PRIMARY KEY,
        deployment_id INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
        event_type TEXT NOT NULL,
        occurred_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX event_by_deployment ON event (deployment_id, occurred_at);"];

/// Brings the database to the newest version, each step as a whole.
pub(super) async fn run(db: &Database) -> Result<(), StoreError> {
    let version: usize = db.sql("PRAGMA user_version").fetch_one().await?;
    for (version, step) in (1..).zip(VERSIONS).skip(version) {
        let sql = format!("{step} PRAGMA user_version = {version};");
        db.sql(sql).execute().await.map_err(|source| StoreError::Migration { version, source })?;
        tracing::info!(version, "the database has a new version");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    #[tokio::test]
    async fn it_leads_to_the_newest_version_once() {
        let db = testing::database("deployments").await.unwrap();
        for _ in 0..2 {
            run(&db).await.unwrap();
            let version: usize = db.sql("PRAGMA user_version").fetch_one().await.unwrap();
            assert_eq!(version, VERSIONS.len());
        }
    }
}
