//! The steps that made the database what it is.

use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// What was released stays as it is: changes are further steps.
const STEPS: &[Migration] = &[Migration::new("sites, audits and pages", include_str!("version-1.sql"))];

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
        let db = testing::database("seo").await.unwrap();
        run(&db).await.unwrap();
        assert_eq!(db.migrate(STEPS).await, Ok(0));
    }

    #[tokio::test]
    async fn a_database_of_the_first_versions_is_taken_over() {
        let db = testing::database("seo").await.unwrap();
        for step in STEPS {
            db.sql(step.sql()).execute().await.unwrap();
        }
        db.sql(format!("PRAGMA user_version = {}", STEPS.len())).execute().await.unwrap();
        run(&db).await.unwrap();
        assert_eq!(db.migrate(STEPS).await, Ok(0));
    }
}
