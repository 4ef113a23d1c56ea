use std::time::Duration;

use temps_plugin_sqlite::Access;
use tokio::time::timeout;

use super::*;

const ADD: &str = "INSERT INTO note (title) VALUES (?)";

#[tokio::test]
async fn a_commit_keeps_and_a_rollback_undoes() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let kept = db.begin(Access::Write).await.unwrap();
    kept.execute(ADD.into(), vec![text("kept")]).await.unwrap();
    assert_eq!(kept.query("SELECT count(*) FROM note".into(), vec![]).await.unwrap().values, [Value::Integer(1)]);
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(0), "others see it before its end");
    kept.commit().await.unwrap();

    let undone = db.begin(Access::Write).await.unwrap();
    undone.execute(ADD.into(), vec![text("undone")]).await.unwrap();
    undone.rollback().await.unwrap();

    let dropped = db.begin(Access::Write).await.unwrap();
    dropped.execute(ADD.into(), vec![text("dropped")]).await.unwrap();
    drop(dropped);
    note(&db, "after").await;
    let titles = ask(&db, "SELECT title FROM note ORDER BY id").await.unwrap();
    assert_eq!(titles.values, [text("kept"), text("after")]);
}

#[tokio::test]
async fn what_is_over_is_over() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(matches!(transaction.execute(ADD.into(), vec![text("late")]).await, Err(Error::Finished(_))));
    assert!(matches!(transaction.commit().await, Err(Error::Finished(_))));
    assert!(matches!(transaction.rollback().await, Err(Error::Finished(_))));
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(0));
}

#[tokio::test]
async fn a_failed_statement_leaves_the_transaction_open() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    transaction.execute(ADD.into(), vec![text("a")]).await.unwrap();
    transaction.execute(ADD.into(), vec![text("a")]).await.unwrap_err();
    transaction.batch("INSERT INTO note (title) VALUES ('b'); INSERT INTO nowhere VALUES (1)".into()).await.unwrap_err();
    transaction.execute(ADD.into(), vec![text("c")]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(ask(&db, "SELECT title FROM note").await.unwrap().values, [text("a"), text("c")]);
}

#[tokio::test]
async fn a_transaction_that_sqlite_ends_does_not_go_on_without_one() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    transaction.execute(ADD.into(), vec![text("a")]).await.unwrap();
    let again = transaction.execute("INSERT OR ROLLBACK INTO note (title) VALUES ('a')".into(), vec![]).await;
    assert!(matches!(&again, Err(Error::Finished(words)) if words.contains("UNIQUE")), "{again:?}");
    let next = transaction.execute(ADD.into(), vec![text("b")]).await;
    assert!(matches!(next, Err(Error::Finished(_))), "{next:?}");
    drop(transaction);
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(0));
    note(&db, "c").await;
}

#[tokio::test]
async fn one_that_sqlite_ends_lets_the_next_write_though_its_owner_keeps_it() {
    let settings = Settings::default().with_wait_time(Duration::from_millis(500)).with_statement_time(Duration::from_millis(200));
    let Stage { db, folder: _folder, .. } = Stage::with(settings).await;
    run(&db, "CREATE TABLE once (x UNIQUE); INSERT INTO once VALUES (1)").await.unwrap();
    run(&db, "CREATE TABLE raises (x); CREATE TRIGGER r BEFORE INSERT ON raises BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
        .await
        .unwrap();
    let endless =
        "INSERT INTO once SELECT i FROM (WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)";
    for (ends, said) in
        [("INSERT OR ROLLBACK INTO once VALUES (1)", "UNIQUE"), ("INSERT INTO raises VALUES (1)", "no"), (endless, "200 ms")]
    {
        let kept = db.begin(Access::Write).await.unwrap();
        let ended = kept.execute(ends.into(), vec![]).await;
        assert!(matches!(&ended, Err(Error::Finished(words)) if words.contains(said)), "{ended:?}");
        note(&db, ends).await;
        assert!(matches!(kept.commit().await, Err(Error::Finished(_))));
    }
}

#[tokio::test]
async fn a_constraint_that_is_checked_at_the_end_fails_the_commit() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "CREATE TABLE part (note INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)").await.unwrap();
    let transaction = db.begin(Access::Write).await.unwrap();
    transaction.execute("INSERT INTO part VALUES (7)".into(), vec![]).await.unwrap();
    assert!(matches!(transaction.commit().await, Err(Error::Constraint { .. })));
    assert!(matches!(transaction.commit().await, Err(Error::Finished(_))));
    assert_eq!(value(&db, "SELECT count(*) FROM part").await, Value::Integer(0));
}

#[tokio::test]
async fn savepoints_nest() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    for sql in [
        "INSERT INTO note (title) VALUES ('a')",
        "SAVEPOINT one",
        "INSERT INTO note (title) VALUES ('b')",
        "ROLLBACK TO one",
        "RELEASE one",
    ] {
        transaction.execute(sql.into(), vec![]).await.unwrap();
    }
    transaction.commit().await.unwrap();
    assert_eq!(ask(&db, "SELECT title FROM note").await.unwrap().values, [text("a")]);
    // Prepared in a transaction, it is still none outside of one.
    let outside = run(&db, "SAVEPOINT one").await;
    assert!(matches!(outside, Err(Error::Denied(_))), "{outside:?}");
    note(&db, "c").await;
}

#[tokio::test]
async fn the_end_of_a_transaction_is_not_sql() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    transaction.execute(ADD.into(), vec![text("a")]).await.unwrap();
    for sql in ["COMMIT", "ROLLBACK", "END", "BEGIN", "BEGIN IMMEDIATE", "commit", "COMMIT;"] {
        let done = transaction.execute(sql.into(), vec![]).await;
        assert!(matches!(done, Err(Error::Denied(_))), "{sql}: {done:?}");
    }
    drop(transaction);
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(0));
    for sql in ["COMMIT", "BEGIN IMMEDIATE", "BEGIN"] {
        assert!(matches!(run(&db, sql).await, Err(Error::Denied(_))), "{sql}");
    }
}

#[tokio::test]
async fn a_reading_transaction_sees_one_state_and_writes_nothing() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    note(&db, "a").await;
    let reading = db.begin(Access::Read).await.unwrap();
    let count = || reading.query("SELECT count(*) FROM note".into(), vec![]);
    assert_eq!(count().await.unwrap().values, [Value::Integer(1)]);
    note(&db, "b").await;
    assert_eq!(count().await.unwrap().values, [Value::Integer(1)]);
    let written = reading.execute(ADD.into(), vec![text("c")]).await;
    assert!(matches!(written, Err(Error::ReadOnly(_))), "{written:?}");
    reading.commit().await.unwrap();
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(2));
}

#[tokio::test]
async fn one_that_is_forgotten_ends_at_its_time_and_the_next_goes_on() {
    let settings = Settings::default().with_transaction_time(Duration::from_millis(300));
    let Stage { db, folder: _folder, .. } = Stage::with(settings).await;
    let forgotten = db.begin(Access::Write).await.unwrap();
    forgotten.execute(ADD.into(), vec![text("forgotten")]).await.unwrap();
    let started = std::time::Instant::now();
    note(&db, "next").await;
    assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
    let late = forgotten.execute(ADD.into(), vec![text("late")]).await;
    assert!(matches!(late, Err(Error::Finished(_))), "{late:?}");
    assert_eq!(ask(&db, "SELECT title FROM note").await.unwrap().values, [text("next")]);
}

#[tokio::test]
async fn who_waits_for_too_long_is_told() {
    let settings = Settings::default().with_wait_time(Duration::from_millis(100));
    let Stage { db, folder: _folder, .. } = Stage::with(settings).await;
    let held = db.begin(Access::Write).await.unwrap();
    let waiting = run(&db, "DELETE FROM note").await;
    assert!(matches!(&waiting, Err(Error::Busy(words)) if words.contains("100 ms")), "{waiting:?}");
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(0), "reads do not wait");
    held.commit().await.unwrap();
    run(&db, "DELETE FROM note").await.unwrap();
}

#[tokio::test]
async fn one_that_nobody_waits_for_to_begin_is_not_left_open() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let held = db.begin(Access::Write).await.unwrap();
    assert!(timeout(Duration::from_millis(20), db.begin(Access::Write)).await.is_err());
    held.commit().await.unwrap();
    // The next one would wait for 10 s behind one that was left open.
    timeout(Duration::from_secs(5), note(&db, "a")).await.unwrap();
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_stopped() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    assert!(timeout(Duration::from_millis(50), run(&db, ENDLESS)).await.is_err());
    // The connection is free long before the statement's time.
    timeout(Duration::from_secs(2), note(&db, "a")).await.unwrap();
}
