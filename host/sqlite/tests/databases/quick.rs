//! Statements that run on the thread of whoever waits for them, and those that turn out not to be quick.

use std::time::{Duration, Instant};

use temps_plugin_sqlite::Access;

use super::*;

/// Runs for as many steps as its parameter says.
const COUNT: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n";

async fn count(db: &Database, steps: i64) -> Result<Rows, Error> {
    db.query(COUNT.into(), vec![Value::Integer(steps)]).await
}

#[tokio::test]
async fn a_quick_statement_that_is_not_holds_nobody_up() {
    let Stage { db, folder: _folder, .. } =
        Stage::with(Settings::default().with_statement_time(Duration::from_millis(300))).await;
    for _ in 0..3 {
        count(&db, 2).await.unwrap();
    }
    // On one thread: were it not handed over, the other would wait for all of its time.
    let started = Instant::now();
    let (endless, other) = tokio::join!(count(&db, i64::MAX), async {
        assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
        started.elapsed()
    });
    assert!(matches!(endless, Err(Error::Interrupted(words)) if words.contains("300 ms")));
    assert!(other < Duration::from_millis(200), "{other:?}");
}

#[tokio::test]
async fn what_was_stopped_for_being_slow_gives_its_whole_result() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    for _ in 0..3 {
        count(&db, 2).await.unwrap();
        assert_eq!(count(&db, 200_000).await.unwrap().values, [Value::Integer(200_000)]);
    }
}

#[tokio::test]
async fn a_slow_read_does_not_end_its_transaction() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    for title in ["a", "b", "c"] {
        transaction.execute("INSERT INTO note (title) VALUES (?)".into(), vec![text(title)]).await.unwrap();
        transaction.query(COUNT.into(), vec![Value::Integer(2)]).await.unwrap();
    }
    let slow = transaction.query(COUNT.into(), vec![Value::Integer(200_000)]).await.unwrap();
    assert_eq!(slow.values, [Value::Integer(200_000)]);
    transaction.commit().await.unwrap();
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(3));
}

#[tokio::test]
async fn what_fails_quickly_fails_the_same_way() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    for round in 0..4 {
        let added = transaction.execute("INSERT INTO note (title) VALUES (?)".into(), vec![text("a")]).await;
        assert_eq!(added.is_ok(), round == 0, "{added:?}");
        assert!(matches!(transaction.execute("COMMIT".into(), vec![]).await, Err(Error::Denied(_))));
    }
    transaction.commit().await.unwrap();
    assert!(matches!(transaction.query("SELECT 1".into(), vec![]).await, Err(Error::Finished(_))));
}

#[tokio::test]
async fn who_runs_only_quick_statements_lets_others_have_their_turn() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let other = tokio::spawn(async move { stop.send(()).unwrap() });
    let reads = async {
        for _ in 0..100_000 {
            value(&db, "SELECT 1").await;
            if stopped.try_recv().is_ok() {
                return true;
            }
        }
        false
    };
    assert!(reads.await, "the other task never had its turn");
    other.await.unwrap();
}

/// What is answered without waiting for a statement that takes a second and more, also on a machine that is busy with other tests.
const AT_ONCE: Duration = Duration::from_millis(500);

/// How long another statement takes while this one runs on its own, on one thread. It was quick three times with `before`.
async fn held_up_by(db: &Database, sql: &str, before: Value, then: Value) -> (Duration, Result<Rows, Error>) {
    for _ in 0..3 {
        db.query(sql.into(), vec![before.clone()]).await.unwrap();
    }
    let started = Instant::now();
    let (done, other) = tokio::join!(db.query(sql.into(), vec![then]), async {
        assert_eq!(value(db, "SELECT 1").await, Value::Integer(1));
        started.elapsed()
    });
    (other, done)
}

#[tokio::test]
async fn a_search_that_was_quick_holds_nobody_up() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "CREATE VIRTUAL TABLE found USING fts5(body)").await.unwrap();
    let insert = "INSERT INTO found VALUES (?)".to_owned();
    db.execute(insert, vec![text(&"a ".repeat(40_000))]).await.unwrap();
    let search = "SELECT snippet(found, 0, '', '', '', 12) FROM found WHERE found MATCH ?1";
    let (other, _done) = held_up_by(&db, search, text("missing"), text("a")).await;
    assert!(other < AT_ONCE, "{other:?}");
}

#[tokio::test]
async fn a_function_of_a_large_value_holds_nobody_up() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    // Each of the first argument's characters is looked for in all of the second's.
    let slow = "SELECT unhex(?1, replace(?1, '-', 'a') || '-') IS NULL";
    let (other, _done) = held_up_by(&db, slow, text("-"), text(&"-".repeat(60_000))).await;
    assert!(other < AT_ONCE, "{other:?}");
}

#[tokio::test]
async fn rows_that_became_large_are_read_whole() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "INSERT INTO note (id, title) VALUES (1, 'a')").await.unwrap();
    let sql = "SELECT title, upper(title) FROM note WHERE id = ?";
    let (_, done) = held_up_by(&db, sql, Value::Integer(1), Value::Integer(1)).await;
    assert_eq!(done.unwrap().values, [text("a"), text("A")]);
    for length in [64 << 10, (64 << 10) + 1, 1 << 20] {
        let title = "a".repeat(length);
        db.execute("UPDATE note SET title = ? WHERE id = 1".into(), vec![text(&title)]).await.unwrap();
        let read = db.query(sql.into(), vec![Value::Integer(1)]).await.unwrap();
        assert_eq!(read.values, [text(&title), text(&title.to_uppercase())]);
    }
}

#[tokio::test]
async fn a_table_that_became_another_is_looked_at_again() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "CREATE TABLE found (body TEXT)").await.unwrap();
    let search = "SELECT body FROM found WHERE body >= ?1";
    for _ in 0..3 {
        db.query(search.into(), vec![text("a")]).await.unwrap();
    }
    run(&db, "DROP TABLE found").await.unwrap();
    db.query(search.into(), vec![text("a")]).await.unwrap_err();
    run(
        &db,
        "CREATE VIEW found (body) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
    )
    .await
    .unwrap();
    for _ in 0..3 {
        let read = db.query(search.into(), vec![Value::Integer(2)]).await.unwrap();
        assert_eq!(read.values, [Value::Integer(2), Value::Integer(3)]);
    }
}

#[tokio::test]
async fn a_write_of_many_rows_in_a_transaction_holds_nobody_up() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "CREATE TABLE many (x)").await.unwrap();
    let transaction = db.begin(Access::Write).await.unwrap();
    let fill = "INSERT INTO many SELECT i FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i FROM n)";
    for _ in 0..3 {
        transaction.execute(fill.into(), vec![Value::Integer(1)]).await.unwrap();
    }
    let started = Instant::now();
    let (filled, other) = tokio::join!(transaction.execute(fill.into(), vec![Value::Integer(1_000_000)]), async {
        assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
        started.elapsed()
    });
    assert_eq!(filled.unwrap().rows_affected, 1_000_000);
    assert!(other < AT_ONCE, "{other:?}");
    transaction.commit().await.unwrap();
    assert_eq!(value(&db, "SELECT count(*) FROM many").await, Value::Integer(1_000_003));
}
