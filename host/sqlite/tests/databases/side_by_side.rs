use std::time::{Duration, Instant};

use futures::future::join_all;
use temps_plugin_sqlite::Access;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_long_read_does_not_hold_a_write_up() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_statement_time(Duration::from_secs(1))).await;
    let reading = tokio::spawn({
        let db = db.clone();
        async move { ask(&db, ENDLESS).await }
    });
    let started = Instant::now();
    note(&db, "a").await;
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(1));
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    assert!(matches!(reading.await.unwrap(), Err(Error::Interrupted(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_do_not_interleave() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "CREATE TABLE account (id INTEGER PRIMARY KEY, sum INTEGER); INSERT INTO account VALUES (1, 6400), (2, 0)")
        .await
        .unwrap();
    let moves = (0..64).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            let transaction = db.begin(Access::Write).await.unwrap();
            // Read, then write what follows from it: two at once would lose one.
            let sum = transaction.query("SELECT sum FROM account WHERE id = 1".into(), vec![]).await.unwrap().values.remove(0);
            let Value::Integer(sum) = sum else { panic!("{sum:?}") };
            let set = "UPDATE account SET sum = ? WHERE id = 1";
            transaction.execute(set.into(), vec![Value::Integer(sum - 100)]).await.unwrap();
            transaction.execute("UPDATE account SET sum = sum + 100 WHERE id = 2".into(), vec![]).await.unwrap();
            transaction.commit().await.unwrap();
        })
    });
    let sums = (0..64).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { assert_eq!(value(&db, "SELECT sum(sum) FROM account").await, Value::Integer(6400)) })
    });
    for task in join_all(moves.chain(sums)).await {
        task.unwrap();
    }
    assert_eq!(value(&db, "SELECT sum FROM account WHERE id = 1").await, Value::Integer(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_all_get_their_turn() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let tasks = (0..500).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            if n % 5 == 0 {
                note(&db, &format!("note {n}")).await;
            } else {
                ask(&db, "SELECT count(*), max(title) FROM note").await.unwrap();
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opens_it_at_the_same_time_finds_it_made() {
    for _ in 0..20 {
        let folder = TempDir::new().unwrap();
        let databases = Databases::new(folder.path(), Settings::default());
        let opens = (0..8).map(|_| {
            let databases = databases.clone();
            tokio::spawn(async move {
                let db = databases.open(label("notes")).await.unwrap();
                assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
            })
        });
        for task in join_all(opens).await {
            task.unwrap();
        }
    }
}
