use temps_plugin_sdk::database::{Migration, MigrationError};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::testing;

const FIRST: Migration = Migration::new(
    "tables",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n  CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE) -- the end",
);
const SECOND: Migration =
    Migration::new("it's filled", "INSERT INTO parent VALUES (1, 'it''s'); INSERT INTO child VALUES (10, 1);");
const REBUILT: Migration = Migration::new(
    "names are needed",
    "PRAGMA foreign_keys=OFF; BEGIN; CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO new_parent SELECT * FROM parent; DROP TABLE parent; ALTER TABLE new_parent RENAME TO parent; COMMIT; PRAGMA foreign_keys=ON;",
);

async fn database() -> Database {
    testing::database("d").await.unwrap()
}

async fn count(db: &Database, table: &str) -> i64 {
    db.sql(format!("SELECT count(*) FROM {table}")).fetch_one().await.unwrap()
}

#[tokio::test]
async fn each_step_runs_once() {
    let db = database().await;
    assert_eq!(db.migrate(&[FIRST]).await, Ok(1));
    assert_eq!(db.migrate(&[FIRST, SECOND]).await, Ok(1));
    assert_eq!(db.migrate(&[FIRST, SECOND, REBUILT]).await, Ok(1));
    assert_eq!(db.migrate(&[FIRST, SECOND, REBUILT]).await, Ok(0));
    assert_eq!((count(&db, "parent").await, count(&db, "child").await), (1, 1), "the children are there");
    let names: Vec<String> = db.sql("SELECT name FROM _migrations ORDER BY position").fetch_all().await.unwrap();
    assert_eq!(names, ["tables", "it's filled", "names are needed"]);
    let enforced: i64 = db.sql("PRAGMA foreign_keys").fetch_one().await.unwrap();
    assert_eq!(enforced, 1);
    assert_eq!(db.migrate(&[]).await.unwrap_err(), MigrationError::Newer { ran: "tables".into(), step: 1 });
}

#[tokio::test]
async fn a_step_that_fails_is_undone_and_those_before_it_are_not() {
    let db = database().await;
    let broken = Migration::new("broken", "CREATE TABLE half (a); INSERT INTO child VALUES (1, 99)");
    let error = db.migrate(&[FIRST, broken]).await.unwrap_err();
    assert!(
        matches!(&error, MigrationError::Failed { name: "broken", step: 2, source: DatabaseError::Constraint { .. } }),
        "{error}"
    );
    let said = "the migration `broken` (step 2) failed, and changed nothing: FOREIGN KEY constraint failed: the row 1 of child refers to \
                no row of parent, in `CREATE TABLE half (a); INSERT INTO child VALUES (1, 99)`";
    assert_eq!(error.to_string(), said);
    assert!(db.sql("SELECT * FROM half").fetch_all::<serde_json::Value>().await.is_err());
    let invalid = Migration::new("invalid", "CREATE TABEL x (a)");
    let error = db.migrate(&[FIRST, invalid]).await.unwrap_err().to_string();
    assert!(error.contains("`invalid` (step 2)") && error.contains("near \"TABEL\""), "{error}");
    assert_eq!(db.migrate(&[FIRST, SECOND]).await, Ok(1));
}

#[tokio::test]
async fn what_was_released_stays_as_it_is() {
    let db = database().await;
    db.migrate(&[FIRST, SECOND]).await.unwrap();
    let reformatted =
        Migration::new("it's filled", "\n INSERT INTO parent VALUES (1, 'it''s'); INSERT INTO child VALUES (10, 1);\n\n");
    assert_eq!(db.migrate(&[FIRST, reformatted]).await, Ok(0));
    let changed = Migration::new("it's filled", "INSERT INTO parent VALUES (2, 'b')");
    let error = db.migrate(&[FIRST, changed]).await.unwrap_err();
    assert!(
        matches!(&error, MigrationError::Changed { name: "it's filled", step: 2, applied_at } if applied_at.ends_with('Z')),
        "{error}"
    );
    let order = MigrationError::Order { step: 1, name: "it's filled", ran: "tables".into() };
    assert_eq!(db.migrate(&[SECOND, FIRST]).await.unwrap_err(), order);
    assert_eq!(db.migrate(&[FIRST]).await.unwrap_err(), MigrationError::Newer { ran: "it's filled".into(), step: 2 });
    assert_eq!(db.migrate(&[FIRST, FIRST]).await.unwrap_err(), MigrationError::Twice { name: "tables" });
    assert_eq!(count(&db, "parent").await, 1);
}

#[tokio::test]
async fn instances_that_start_at_once_migrate_once() {
    let db = database().await;
    let steps = [FIRST, SECOND, REBUILT];
    let ran = futures::future::join_all((0..4).map(|_| db.migrate(&steps))).await;
    assert!(ran.iter().all(Result::is_ok), "{ran:?}");
    assert_eq!((count(&db, "_migrations").await, count(&db, "child").await), (3, 1));
}

#[tokio::test]
async fn versions_that_were_counted_are_taken_over() {
    let db = database().await;
    db.sql(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE child (id, parent_id); PRAGMA user_version = 1",
    )
    .execute()
    .await
    .unwrap();
    let steps = [FIRST, SECOND];
    db.adopt_user_version(&steps).await.unwrap();
    db.adopt_user_version(&steps).await.unwrap();
    assert_eq!(db.migrate(&steps).await, Ok(1));
    let fresh = database().await;
    fresh.adopt_user_version(&steps).await.unwrap();
    assert_eq!(fresh.migrate(&steps).await, Ok(2));
    let newer = database().await;
    newer.sql("PRAGMA user_version = 3").execute().await.unwrap();
    assert!(matches!(newer.adopt_user_version(&steps).await, Err(MigrationError::Newer { step: 3, .. })));
}
