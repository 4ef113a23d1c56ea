//! Scripts that begin and end their own transaction, as SQLite's documentation has them for changing a table.

use super::*;

const TABLES: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
    INSERT INTO parent VALUES (1, 'a'), (2, 'b'); INSERT INTO child VALUES (10, 1), (20, 2);";

const REBUILD: &str = "-- the name has to be there
    PRAGMA foreign_keys=OFF;
    BEGIN TRANSACTION;
    CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO new_parent SELECT id, name FROM parent;
    DROP TABLE parent;
    ALTER TABLE new_parent RENAME TO parent;
    COMMIT;
    PRAGMA foreign_keys=ON;";

async fn stage() -> Stage {
    let stage = Stage::new().await;
    run(&stage.db, TABLES).await.unwrap();
    stage
}

async fn count(db: &Database, table: &str) -> Value {
    value(db, &format!("SELECT count(*) FROM {table}")).await
}

/// That foreign keys are enforced.
async fn are_enforced(db: &Database) {
    assert_eq!(value(db, "PRAGMA foreign_keys").await, Value::Integer(1));
    let refused = run(db, "INSERT INTO child VALUES (99, 99)").await.unwrap_err();
    assert!(matches!(refused, Error::Constraint { .. }), "{refused}");
}

#[tokio::test]
async fn a_table_that_others_refer_to_is_rebuilt_with_their_rows() {
    let Stage { db, folder: _folder, .. } = stage().await;
    run(&db, REBUILD).await.unwrap();
    assert_eq!(count(&db, "child").await, Value::Integer(2));
    let refused = run(&db, "INSERT INTO parent (name) VALUES (NULL)").await.unwrap_err();
    assert!(matches!(refused, Error::Constraint { .. }), "{refused}");
    are_enforced(&db).await;
    db.batch(REBUILD.to_owned()).await.unwrap();
    assert_eq!(count(&db, "child").await, Value::Integer(2));
    are_enforced(&db).await;
}

#[tokio::test]
async fn what_refers_to_nothing_undoes_the_script() {
    let Stage { db, folder: _folder, .. } = stage().await;
    for script in [
        "PRAGMA foreign_keys = 0; BEGIN; DELETE FROM parent WHERE id = 2; COMMIT; PRAGMA foreign_keys = 1",
        // Without a transaction of its own, and with one that the script does not end.
        "PRAGMA foreign_keys(off); DELETE FROM parent WHERE id = 2;",
        "PRAGMA foreign_keys = OFF; BEGIN; DELETE FROM parent WHERE id = 2",
    ] {
        let error = run(&db, script).await.unwrap_err();
        let said = "FOREIGN KEY constraint failed: the row 20 of child refers to no row of parent";
        assert!(matches!(&error, Error::Constraint { message, .. } if message == said), "{script}: {error}");
        assert_eq!(count(&db, "parent").await, Value::Integer(2));
        are_enforced(&db).await;
    }
    let error = run(&db, "PRAGMA foreign_keys = OFF; BEGIN; DELETE FROM parent; SELECT nothing; COMMIT").await.unwrap_err();
    assert!(matches!(error, Error::Syntax(_)), "{error}");
    assert_eq!(count(&db, "parent").await, Value::Integer(2));
    are_enforced(&db).await;
}

#[tokio::test]
async fn a_script_is_one_transaction_whatever_it_says() {
    let Stage { db, folder: _folder, .. } = stage().await;
    run(&db, "BEGIN IMMEDIATE; INSERT INTO parent VALUES (3, 'c'); COMMIT; BEGIN; INSERT INTO parent VALUES (4, 'd'); END;")
        .await
        .unwrap();
    assert_eq!(count(&db, "parent").await, Value::Integer(4));
    let error =
        run(&db, "BEGIN; INSERT INTO parent VALUES (5, 'e'); COMMIT; INSERT INTO parent VALUES (5, 'f')").await.unwrap_err();
    assert!(matches!(error, Error::Constraint { .. }), "{error}");
    assert_eq!(count(&db, "parent").await, Value::Integer(4));
}

#[tokio::test]
async fn control_has_its_place() {
    let Stage { db, folder: _folder, .. } = stage().await;
    for (sql, said) in [
        ("BEGIN; DELETE FROM child; ROLLBACK", "ROLLBACK is not for scripts"),
        ("DELETE FROM child; PRAGMA foreign_keys = OFF; DELETE FROM parent", "has to be the first statement"),
        ("PRAGMA foreign_keys = OFF", "foreign keys are enforced"),
        ("BEGIN", "not for SQL"),
        ("COMMIT", "not for SQL"),
        ("BEGIN; SAVEPOINT a; RELEASE a; COMMIT", "SAVEPOINT is for transactions"),
        ("BEGIN; ATTACH 'x' AS x; COMMIT", "ATTACH is not allowed"),
        ("BEGIN; PRAGMA writable_schema = 1; COMMIT", "writable_schema"),
    ] {
        let error = run(&db, sql).await.unwrap_err();
        assert!(matches!(&error, Error::Denied(words) if words.contains(said)), "{sql}: {error}");
        assert_eq!(count(&db, "child").await, Value::Integer(2), "{sql}");
        are_enforced(&db).await;
    }
    for sql in ["PRAGMA foreign_keys = OFF", "BEGIN", "COMMIT", "PRAGMA foreign_keys = OFF; BEGIN; COMMIT"] {
        let error = db.batch(sql.to_owned()).await.unwrap_err();
        assert!(matches!(&error, Error::Denied(words) if words.contains("at once")), "{sql}: {error}");
    }
    db.batch("PRAGMA foreign_keys = ON".to_owned()).await.unwrap();
    // In a transaction of the connection's, which decides on its own end.
    let transaction = db.begin(temps_plugin_sqlite::Access::Write).await.unwrap();
    for sql in [REBUILD, "BEGIN; DELETE FROM child; COMMIT"] {
        assert!(matches!(transaction.execute(sql.into(), vec![]).await, Err(Error::Denied(_))), "{sql}");
    }
    transaction.commit().await.unwrap();
    are_enforced(&db).await;
}

#[tokio::test]
async fn the_opening_lines_of_a_native_plugin_are_taken() {
    let Stage { db, folder: _folder, .. } = stage().await;
    for sql in [
        "PRAGMA journal_mode=WAL",
        "PRAGMA busy_timeout=5000",
        "PRAGMA synchronous=NORMAL",
        "PRAGMA cache_size=-64000",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA mmap_size=268435456",
        "PRAGMA recursive_triggers=ON",
        "PRAGMA case_sensitive_like=OFF",
        "PRAGMA foreign_keys=ON",
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    ] {
        run(&db, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        ask(&db, sql.split(';').next().unwrap()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for (pragma, holds) in [("synchronous", 2), ("recursive_triggers", 1), ("foreign_keys", 1), ("temp_store", 2)] {
        let transaction = db.begin(temps_plugin_sqlite::Access::Write).await.unwrap();
        let rows = transaction.query(format!("PRAGMA {pragma}"), vec![]).await.unwrap();
        assert_eq!(rows.values, [Value::Integer(holds)], "{pragma}");
    }
    let vacuum = run(&db, "VACUUM").await.unwrap_err().to_string();
    assert!(vacuum.contains("VACUUM is not allowed: it writes the whole database a second time"), "{vacuum}");
}
