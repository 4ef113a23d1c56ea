use futures::FutureExt;
use sea_orm::{AccessMode, TransactionError};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::sea_orm;

use crate::notes::{self, note};

async fn titles(db: &impl ConnectionTrait) -> Vec<String> {
    let notes = note::Entity::find().order_by_asc(note::Column::Id).all(db).await.unwrap();
    notes.into_iter().map(|note| note.title).collect()
}

async fn add(db: &impl ConnectionTrait, title: &str) {
    notes::new(title, 1).insert(db).await.unwrap();
}

fn is_finished(error: &DbErr) -> bool {
    matches!(DatabaseError::of(error), Some(DatabaseError::Finished(_)))
}

#[tokio::test]
async fn a_commit_keeps_and_all_else_undoes() {
    let db = notes::empty().await;
    let transaction = db.begin().await.unwrap();
    add(&transaction, "kept").await;
    assert_eq!(titles(&transaction).await, ["kept"]);
    assert_eq!(titles(&db).await, [""; 0]);
    transaction.commit().await.unwrap();

    let transaction = db.begin().await.unwrap();
    add(&transaction, "undone").await;
    transaction.rollback().await.unwrap();
    let transaction = db.begin().await.unwrap();
    add(&transaction, "dropped").await;
    drop(transaction);
    assert_eq!(titles(&db).await, ["kept"]);
}

#[tokio::test]
async fn a_callback_that_fails_undoes() {
    let db = notes::empty().await;
    let callback = |fails: bool| {
        db.transaction::<_, i32, DbErr>(move |transaction| {
            Box::pin(async move {
                let note = notes::new(if fails { "lost" } else { "kept" }, 1).insert(transaction).await?;
                if fails { Err(DbErr::Custom("no".to_owned())) } else { Ok(note.id) }
            })
        })
    };
    assert_eq!(callback(false).await.unwrap(), 1);
    let error = callback(true).await.unwrap_err();
    assert!(matches!(error, TransactionError::Transaction(DbErr::Custom(_))), "{error}");
    assert_eq!(titles(&db).await, ["kept"]);
}

#[tokio::test]
async fn nested_ones_are_kept_or_undone_by_themselves() {
    let db = notes::empty().await;
    let outer = db.begin().await.unwrap();
    add(&outer, "outer").await;

    let nested = outer.begin().await.unwrap();
    add(&nested, "kept").await;
    nested.commit().await.unwrap();
    let nested = outer.begin().await.unwrap();
    add(&nested, "undone").await;
    nested.rollback().await.unwrap();
    let nested = outer.begin().await.unwrap();
    add(&nested, "dropped").await;
    let inner = nested.begin().await.unwrap();
    add(&inner, "inner").await;
    inner.commit().await.unwrap();
    drop(nested);

    assert_eq!(titles(&outer).await, ["outer", "kept"]);
    outer.commit().await.unwrap();
    assert_eq!(titles(&db).await, ["outer", "kept"]);
}

#[tokio::test]
async fn one_that_was_dropped_is_undone_before_the_outer_one_commits() {
    let db = notes::empty().await;
    let outer = db.begin().await.unwrap();
    let nested = outer.begin().await.unwrap();
    add(&nested, "dropped").await;
    drop(nested);
    outer.commit().await.unwrap();
    assert_eq!(titles(&db).await, [""; 0]);
}

#[tokio::test]
async fn nested_callbacks_and_savepoints_that_fail_leave_the_outer_one_open() {
    let db = notes::three().await;
    let outer = db.begin().await.unwrap();
    let result = outer
        .transaction::<_, (), DbErr>(|nested| {
            Box::pin(async move {
                add(nested, "four").await;
                notes::new("one", 1).insert(nested).await.map(drop)
            })
        })
        .await;
    assert!(matches!(result, Err(TransactionError::Transaction(_))), "{result:?}");
    add(&outer, "five").await;
    outer.commit().await.unwrap();
    assert_eq!(titles(&db).await, ["one", "two", "three", "five"]);
}

#[tokio::test]
async fn what_is_left_of_an_ended_one_says_so() {
    let db = notes::empty().await;
    let outer = db.begin().await.unwrap();
    let nested = outer.begin().await.unwrap();
    let inner = nested.begin().await.unwrap();
    nested.commit().await.unwrap();
    assert!(is_finished(&notes::new("x", 1).insert(&inner).await.unwrap_err()));
    assert!(is_finished(&inner.commit().await.unwrap_err()));

    let nested = outer.begin().await.unwrap();
    drop(outer);
    assert!(is_finished(&note::Entity::find().all(&nested).await.unwrap_err()));
    // The dropped one does not hold others up.
    add(&db, "next").await;
    assert!(is_finished(&nested.rollback().await.unwrap_err()));
    assert_eq!(titles(&db).await, ["next"]);
}

#[tokio::test]
async fn one_that_reads_sees_one_state_and_cannot_write() {
    let db = notes::three().await;
    let reading = db.begin_with_config(None, Some(AccessMode::ReadOnly)).await.unwrap();
    assert_eq!(titles(&reading).await.len(), 3);
    add(&db, "later").await;
    assert_eq!(titles(&reading).await.len(), 3);
    let error = notes::new("x", 1).insert(&reading).await.unwrap_err();
    assert!(matches!(DatabaseError::of(&error), Some(DatabaseError::ReadOnly(_))), "{error}");
    reading.commit().await.unwrap();
    assert_eq!(titles(&db).await.len(), 4);
}

#[tokio::test]
async fn its_end_is_not_sql() {
    let db = notes::empty().await;
    let transaction = db.begin().await.unwrap();
    let error = transaction.sql("COMMIT").execute().await.unwrap_err();
    assert!(matches!(error, DatabaseError::Denied(_)), "{error}");
    add(&transaction, "kept").await;
    transaction.commit().await.unwrap();
    assert_eq!(titles(&db).await, ["kept"]);
}

#[tokio::test]
async fn a_deferred_constraint_makes_the_commit_fail() {
    let db = notes::empty().await;
    db.execute_unprepared("CREATE TABLE part (whole INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)").await.unwrap();
    let transaction = db.begin().await.unwrap();
    transaction.sql("INSERT INTO part VALUES (9)").execute().await.unwrap();
    let error = transaction.commit().await.unwrap_err();
    assert!(matches!(DatabaseError::of(&error), Some(DatabaseError::Constraint { .. })), "{error}");
    assert_eq!(db.sql("SELECT count(*) FROM part").fetch_one::<i64>().await.unwrap(), 0);
}

#[tokio::test]
async fn a_nested_one_whose_beginning_or_end_nobody_awaits_leaves_the_outer_one_whole() {
    let db = notes::empty().await;
    let outer = db.begin().await.unwrap();
    for n in 0..20 {
        // Each is dropped once it has been sent, done or not.
        drop(outer.begin().now_or_never());
        add(&outer, &format!("before {n}")).await;
        let nested = outer.begin().await.unwrap();
        add(&nested, &format!("perhaps {n}")).await;
        drop(if n % 2 == 0 { nested.commit().now_or_never() } else { nested.rollback().now_or_never() });
        add(&outer, &format!("after {n}")).await;
    }
    outer.commit().await.unwrap();
    let there = titles(&db).await;
    for n in 0..20 {
        assert!(there.contains(&format!("before {n}")) && there.contains(&format!("after {n}")), "{there:?}");
        assert!(n % 2 == 0 || !there.contains(&format!("perhaps {n}")), "{there:?}");
    }
}
