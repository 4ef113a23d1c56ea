use std::time::Duration;

use temps_plugin_sqlite::{Access, RowStream};

use super::*;

const NUMBERS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, 'x' FROM n";

async fn count(stream: &mut RowStream) -> Result<usize, Error> {
    let mut count = 0;
    while let Some(rows) = stream.next().await? {
        assert!(!rows.is_empty());
        count += rows.len();
    }
    Ok(count)
}

#[tokio::test]
async fn all_rows_come_in_pieces() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let (columns, mut stream) = db.query_stream(NUMBERS.into(), vec![]).await.unwrap();
    assert_eq!(columns.len(), 2);
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first[0], [Value::Integer(1), text("x")]);
    assert!(first.len() < 1000);
    assert_eq!(first.len() + count(&mut stream).await.unwrap(), 1000);
    assert_eq!(stream.next().await, Ok(None));
}

#[tokio::test]
async fn an_empty_result_ends_at_once() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let (_, mut stream) = db.query_stream("SELECT * FROM note".into(), vec![]).await.unwrap();
    assert_eq!(stream.next().await, Ok(None));
}

#[tokio::test]
async fn an_error_comes_where_it_happens() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let unknown = db.query_stream("SELECT * FROM nowhere".into(), vec![]).await;
    assert!(matches!(&unknown, Err(Error::Syntax(words)) if words.contains("no such table: nowhere")), "{:?}", unknown.err());
    assert!(matches!(db.query_stream("DELETE FROM note RETURNING id".into(), vec![]).await, Err(Error::Denied(_))));
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
               SELECT CASE WHEN i < 900 THEN i ELSE json_extract('{', '$') END FROM n";
    let (_, mut stream) = db.query_stream(sql.into(), vec![]).await.unwrap();
    assert!(matches!(count(&mut stream).await, Err(Error::Other(_))));
    assert_eq!(stream.next().await, Ok(None));
}

#[tokio::test]
async fn a_stream_that_is_dropped_gives_its_reader_back() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_readers(1)).await;
    let (_, mut stream) = db.query_stream(NUMBERS.into(), vec![]).await.unwrap();
    stream.next().await.unwrap();
    drop(stream);
    assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
}

#[tokio::test]
async fn a_stream_that_is_forgotten_ends_at_its_time() {
    let settings = Settings::default().with_readers(1).with_transaction_time(Duration::from_millis(200));
    let Stage { db, folder: _folder, .. } = Stage::with(settings).await;
    let (_, mut stream) = db.query_stream(NUMBERS.into(), vec![]).await.unwrap();
    stream.next().await.unwrap();
    // It waits for the one reader.
    assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
    assert!(matches!(count(&mut stream).await, Err(Error::Finished(words)) if words.contains("200 ms")));
}

#[tokio::test]
async fn a_stream_in_a_transaction_sees_what_it_wrote() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let transaction = db.begin(Access::Write).await.unwrap();
    transaction.execute("INSERT INTO note (title) VALUES ('a'), ('b')".into(), vec![]).await.unwrap();
    let (_, mut stream) = transaction.query_stream("SELECT * FROM note".into(), vec![]).await.unwrap();
    assert_eq!(count(&mut stream).await, Ok(2));
    drop(stream);
    transaction.commit().await.unwrap();
    let late = transaction.query_stream("SELECT 1".into(), vec![]).await;
    assert!(matches!(late, Err(Error::Finished(_))));
}
