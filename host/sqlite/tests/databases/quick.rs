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
