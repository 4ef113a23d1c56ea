//! The steps that made the database what it is.

use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// What was released stays as it is: changes are further steps.
const STEPS: &[Migration] = &[Migration::new(
    "deployments and events",
    "CREATE TABLE deployment (
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
    CREATE INDEX event_by_deployment ON event (deployment_id, occurred_at);",
)];

/// Runs the steps that the database has not had. The first versions of the plugin counted them in `user_version`.
pub(super) async fn run(db: &Database) -> Result<(), StoreError> {
    db.adopt_user_version(STEPS).await?;
    db.migrate(STEPS).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    #[tokio::test]
    async fn each_step_runs_once() {
        let db = testing::database("deployments").await.unwrap();
        run(&db).await.unwrap();
        assert_eq!(db.migrate(STEPS).await, Ok(0));
    }

    #[tokio::test]
    async fn a_database_of_the_first_versions_is_taken_over() {
        let db = testing::database("deployments").await.unwrap();
        for step in STEPS {
            db.sql(step.sql()).execute().await.unwrap();
        }
        db.sql(format!("PRAGMA user_version = {}", STEPS.len())).execute().await.unwrap();
        run(&db).await.unwrap();
        assert_eq!(db.migrate(STEPS).await, Ok(0));
    }
}
