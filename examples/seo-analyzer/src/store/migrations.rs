//! The database's versions. `PRAGMA user_version` says which one a file has.

use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// What makes each version from the one before it. What was released stays as it is: changes are further versions.
const VERSIONS: &[&str] = &[include_str!("version-1.sql")];

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
        let db = testing::database("seo").await.unwrap();
        for _ in 0..2 {
            run(&db).await.unwrap();
            let version: usize = db.sql("PRAGMA user_version").fetch_one().await.unwrap();
            assert_eq!(version, VERSIONS.len());
        }
    }
}
