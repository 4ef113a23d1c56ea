use futures::{StreamExt, TryStreamExt};
use sea_orm::{ConnectionTrait, DbBackend, Statement, StreamTrait, TransactionTrait, Value};
use serde::Deserialize;
use serde_json::json;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::{sea_orm, testing};

use crate::notes;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reading {
    sensor_name: String,
    value: Option<f64>,
    ok: bool,
}

#[tokio::test]
async fn rows_are_any_type_that_serde_knows() {
    let db = testing::database("raw").await.unwrap();
    db.sql("CREATE TABLE reading (sensorName TEXT, value REAL, ok BOOLEAN, data BLOB); CREATE INDEX i ON reading (value)")
        .execute()
        .await
        .unwrap();
    let insert = "INSERT INTO reading VALUES (?, ?, ?, ?)";
    let changes = db.sql(insert).bind("a").bind(1.5).bind(true).bind(vec![0_u8, 255]).execute().await.unwrap();
    assert_eq!((changes.rows_affected, changes.last_insert_rowid), (1, 1));
    db.sql(insert).bind("b").bind(None::<f64>).bind(false).bind(Value::Bytes(None)).execute().await.unwrap();

    let all: Vec<Reading> = db.sql("SELECT * FROM reading ORDER BY sensorName").fetch_all().await.unwrap();
    let b = Reading { sensor_name: "b".to_owned(), value: None, ok: false };
    assert_eq!(all, [Reading { sensor_name: "a".to_owned(), value: Some(1.5), ok: true }, b]);
    let rows: Vec<serde_json::Value> = db.sql("SELECT * FROM reading ORDER BY 1").fetch_all().await.unwrap();
    assert_eq!(rows[0], json!({ "sensorName": "a", "value": 1.5, "ok": true, "data": [0, 255] }));
    let pair: (String, Vec<u8>) =
        db.sql("SELECT sensorName, data FROM reading WHERE ok = ?1").bind(true).fetch_one().await.unwrap();
    assert_eq!(pair, ("a".to_owned(), vec![0, 255]));
    let none: Option<i64> = db.sql("SELECT 1 WHERE false").fetch_optional().await.unwrap();
    assert_eq!(none, None);
    let returned: Vec<String> = db.sql("DELETE FROM reading RETURNING sensorName").fetch_all().await.unwrap();
    assert_eq!(returned, ["a", "b"]);
}

#[tokio::test]
async fn rows_come_as_a_stream_too() {
    let db = testing::database("raw").await.unwrap();
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) SELECT i FROM n";
    let sum = db.sql(numbers).fetch::<u64>().try_fold(0, async |sum, i| Ok(sum + i)).await.unwrap();
    assert_eq!(sum, 600 * 601 / 2);
    let mut few = db.sql("SELECT column1 FROM (VALUES (1), ('x'))").fetch::<u64>().boxed();
    assert_eq!(few.next().await, Some(Ok(1)));
    assert!(matches!(few.next().await, Some(Err(DatabaseError::Value { column, .. })) if column == "column1"));
}

#[tokio::test]
async fn in_a_transaction() {
    let db = notes::three().await;
    let transaction = db.begin().await.unwrap();
    transaction.sql("DELETE FROM note WHERE id = ?").bind(1).execute().await.unwrap();
    let left: Vec<i32> = transaction.sql("SELECT id FROM note ORDER BY id").fetch_all().await.unwrap();
    assert_eq!(left, [2, 3]);
    transaction.rollback().await.unwrap();
    assert_eq!(db.sql("SELECT count(*) FROM note").fetch_one::<u8>().await.unwrap(), 3);
}

#[tokio::test]
async fn errors_say_what_is_wrong() {
    let db = notes::three().await;
    assert_eq!(db.sql("SELECT id FROM note WHERE id = 9").fetch_one::<i64>().await, Err(DatabaseError::NoRow));
    let error = db.sql("SELECT size FROM note WHERE id = 3").fetch_one::<(i32,)>().await.unwrap_err();
    assert!(error.to_string().starts_with("cannot read size: "), "{error}");
    let error = db.sql("SELECT nothing FROM note").execute().await.unwrap_err();
    assert!(matches!(&error, DatabaseError::Syntax(words) if words.contains("nothing")), "{error}");
    let error = db.sql("SELECT ?").bind(u64::MAX).execute().await.unwrap_err();
    assert!(matches!(error, DatabaseError::Parameter { position: 1, .. }), "{error}");
    let error = db.sql("ATTACH 'x' AS x").execute().await.unwrap_err();
    assert!(matches!(error, DatabaseError::Denied(_)), "{error}");
    // One type of error for a store that uses both.
    let both: Result<i64, DbErr> = async { Ok(db.sql("SELECT nothing").fetch_one::<i64>().await?) }.await;
    assert!(matches!(DatabaseError::of(&both.unwrap_err()), Some(DatabaseError::Syntax(_))));
}

/// What each error ends with that came of `sql`.
fn named(sql: &str) -> String {
    format!(", in `{sql}`")
}

#[tokio::test]
async fn an_error_names_its_statement() {
    let db = notes::three().await;
    let wrong = "SELECT absent FROM note";
    let errors = [
        db.sql(wrong).execute().await.unwrap_err(),
        db.sql(wrong).fetch_all::<i64>().await.unwrap_err(),
        db.sql(wrong).fetch_optional::<i64>().await.unwrap_err(),
        db.sql(wrong).fetch::<i64>().try_collect::<Vec<_>>().await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(&error, DatabaseError::Syntax(words) if words.ends_with(&named(wrong))), "{error}");
        assert!(error.to_string().starts_with("not valid SQL: no such column: absent"), "{error}");
    }
    let error = db.sql("SELECT ?").bind(u64::MAX).execute().await.unwrap_err();
    assert!(error.to_string().ends_with(&named("SELECT ?")), "{error}");
    let error = db.sql("SELECT\n  size\nFROM note").fetch_all::<(i32,)>().await.unwrap_err();
    assert!(error.to_string().ends_with(&named("SELECT size FROM note")), "{error}");
    // A row of a stream that is read later.
    let rows = db.sql("SELECT size FROM note").fetch::<(i32,)>().collect::<Vec<_>>().await;
    let error = rows.into_iter().find_map(Result::err).unwrap();
    assert!(error.to_string().ends_with(&named("SELECT size FROM note")), "{error}");
    let transaction = db.begin().await.unwrap();
    let error = transaction.sql(wrong).execute().await.unwrap_err();
    assert!(error.to_string().ends_with(&named(wrong)), "{error}");
}

#[tokio::test]
async fn sea_orms_error_names_its_statement() {
    let db = notes::three().await;
    let wrong = "SELECT absent FROM note";
    let statement = || Statement::from_string(DbBackend::Sqlite, wrong);
    let errors = [
        db.execute_raw(statement()).await.unwrap_err(),
        db.execute_unprepared(wrong).await.unwrap_err(),
        db.query_one_raw(statement()).await.unwrap_err(),
        db.query_all_raw(statement()).await.unwrap_err(),
        db.stream_raw(statement()).await.unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().ends_with(&named(wrong)), "{error}");
        let ours = DatabaseError::of(&error).unwrap();
        assert!(matches!(&ours, DatabaseError::Syntax(words) if words.ends_with(&named(wrong))), "{ours}");
    }
    let sql = "INSERT INTO note (id, title, size) VALUES (1, 'a', 1)";
    let twice = db.execute_unprepared(sql).await.unwrap_err().to_string();
    let words = "sqlite/constraint-primary-key: UNIQUE constraint failed: note.id";
    assert_eq!(twice, format!("Execution Error: {words}{}", named(sql)));
}
