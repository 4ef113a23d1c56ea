use temps_plugin_sqlite::{Constraint, Origin};

use super::*;

#[tokio::test]
async fn what_was_written_is_read() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let first = note(&db, "first").await;
    assert_eq!(first, Changes { rows_affected: 1, last_insert_rowid: 1 });
    let rows = ask(&db, "SELECT id, title AS name, size, id + 1 FROM note").await.unwrap();
    let column = &rows.columns[1];
    assert_eq!(column.name, "name");
    assert_eq!(column.declared_type.as_deref(), Some("TEXT"));
    assert_eq!(column.origin, Some(Origin { table: "note".into(), column: "title".into() }));
    assert_eq!((&rows.columns[3].declared_type, &rows.columns[3].origin), (&None, &None));
    assert_eq!(rows.values, [Value::Integer(1), text("first"), Value::Null, Value::Integer(2)]);
}

#[tokio::test]
async fn every_storage_class_comes_back_as_it_was() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let values = vec![
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Integer(i64::MAX),
        Value::Real(-0.1),
        Value::Real(f64::INFINITY),
        text(""),
        text("ä\u{10ffff}\0z"),
        Value::Blob(vec![]),
        Value::Blob(vec![0, 255]),
    ];
    let marks = vec!["?"; values.len()].join(", ");
    let rows = db.query(format!("SELECT {marks}"), values.clone()).await.unwrap();
    assert_eq!(rows.values, values);
    let nan = db.query("SELECT ?".into(), vec![Value::Real(f64::NAN)]).await.unwrap();
    assert_eq!(nan.values, [Value::Null]);
}

#[tokio::test]
async fn returning_gives_rows_and_their_origin() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let rows = ask(&db, "INSERT INTO note (title) VALUES ('a'), ('b') RETURNING id").await.unwrap();
    assert_eq!(rows.values, [Value::Integer(1), Value::Integer(2)]);
    assert_eq!(rows.columns[0].origin, Some(Origin { table: "note".into(), column: "id".into() }));
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(2));
}

#[tokio::test]
async fn changes_are_those_of_the_statement() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    note(&db, "a").await;
    note(&db, "b").await;
    assert_eq!(run(&db, "UPDATE note SET size = 1").await.unwrap().rows_affected, 2);
    assert_eq!(run(&db, "CREATE INDEX by_size ON note (size)").await.unwrap().rows_affected, 0);
    assert_eq!(run(&db, "SELECT * FROM note").await.unwrap().rows_affected, 0);
    assert_eq!(run(&db, "DELETE FROM note").await.unwrap().rows_affected, 2);
}

#[tokio::test]
async fn several_statements_are_all_or_none() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let done = run(&db, "-- two\nINSERT INTO note (title) VALUES ('a'); INSERT INTO note (title) VALUES ('b');\n").await;
    assert_eq!(done.unwrap(), Changes { rows_affected: 1, last_insert_rowid: 2 });
    let error = db.batch("DELETE FROM note; INSERT INTO nowhere VALUES (1)".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Syntax(words) if words.contains("no such table: nowhere")), "{error:?}");
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(2));
    let with_parameters = db.execute("SELECT ?; SELECT ?".into(), vec![Value::Null]).await;
    assert!(matches!(with_parameters, Err(Error::Syntax(words)) if words.contains("several")));
}

#[tokio::test]
async fn each_error_has_its_kind() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(
        &db,
        "CREATE TABLE part (id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES note (id), n INTEGER CHECK (n < 9), w ANY) STRICT",
    )
    .await
    .unwrap();
    note(&db, "a").await;
    for (sql, wanted, said) in [
        ("INSERT INTO note (title) VALUES ('a')", Constraint::Unique, "note.title"),
        ("INSERT INTO note (id, title) VALUES (1, 'b')", Constraint::PrimaryKey, "note.id"),
        ("INSERT INTO part (note) VALUES (7)", Constraint::ForeignKey, "FOREIGN KEY"),
        ("INSERT INTO part (note) VALUES (NULL)", Constraint::NotNull, "part.note"),
        ("INSERT INTO part (note, n) VALUES (1, 9)", Constraint::Check, "n < 9"),
        ("INSERT INTO part (note, n) VALUES (1, 'x')", Constraint::Other, "cannot store TEXT"),
    ] {
        match run(&db, sql).await {
            Err(Error::Constraint { constraint, message }) => {
                assert_eq!(constraint, wanted, "{message}");
                assert!(message.contains(said), "{message}");
            }
            other => panic!("{sql}: {other:?}"),
        }
    }
    for (sql, said) in [("SELEKT 1", "syntax error"), ("SELECT * FROM nowhere", "nowhere"), ("SELECT a\0b", "zero byte")] {
        match ask(&db, sql).await {
            Err(Error::Syntax(words)) => assert!(words.contains(said), "{words}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
    let error = ask(&db, "SELECT json_extract('{', '$.a')").await.unwrap_err();
    assert!(matches!(&error, Error::Other(words) if words.contains("malformed JSON")), "{error:?}");
}

#[tokio::test]
async fn parameters_are_counted() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    for (count, words) in [(0, "2 parameters, and 0"), (1, "2 parameters, and 1"), (3, "2 parameters, and 3")] {
        let error = db.query("SELECT ?, ?".into(), vec![Value::Null; count]).await.unwrap_err();
        assert!(matches!(&error, Error::Syntax(text) if text.contains(words)), "{error:?}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf8_is_an_error() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let error = ask(&db, "SELECT 1, CAST(x'ff' AS TEXT)").await.unwrap_err();
    assert!(matches!(&error, Error::Other(words) if words.contains("column 2") && words.contains("UTF-8")), "{error:?}");
    assert_eq!(value(&db, "SELECT CAST(CAST(x'ff' AS TEXT) AS BLOB)").await, Value::Blob(vec![255]));
}

#[tokio::test]
async fn what_belongs_to_the_writer_is_asked_of_it() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    note(&db, "a").await;
    assert_eq!(value(&db, "SELECT last_insert_rowid()").await, Value::Integer(1));
    assert_eq!(value(&db, "SELECT changes()").await, Value::Integer(1));
    run(&db, "CREATE TEMP TABLE scratch AS SELECT 7 AS x").await.unwrap();
    assert_eq!(value(&db, "SELECT x FROM scratch").await, Value::Integer(7));
    let written = ask(&db, "WITH x AS (SELECT 'c') INSERT INTO note (title) SELECT * FROM x RETURNING title").await.unwrap();
    assert_eq!(written.values, [text("c")]);
}

#[tokio::test]
async fn changes_are_counted_however_often_a_statement_runs() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    for title in 0..10 {
        note(&db, &title.to_string()).await;
        assert_eq!(value(&db, "SELECT changes()").await, Value::Integer(1));
        assert_eq!(value(&db, "SELECT last_insert_rowid()").await, Value::Integer(title + 1));
    }
    let transaction = db.begin(temps_plugin_sqlite::Access::Write).await.unwrap();
    for size in 0..10 {
        let update = "UPDATE note SET size = ? WHERE id = 1".to_owned();
        assert_eq!(transaction.execute(update, vec![Value::Integer(size)]).await.unwrap().rows_affected, 1);
        assert_eq!(transaction.query("SELECT changes()".into(), vec![]).await.unwrap().values, [Value::Integer(1)]);
    }
}

#[tokio::test]
async fn full_text_search_is_there() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(&db, "CREATE VIRTUAL TABLE found USING fts5(title); INSERT INTO found VALUES ('a quick fox'), ('a slow snail')")
        .await
        .unwrap();
    let rows = ask(&db, "SELECT highlight(found, 0, '[', ']') FROM found WHERE found MATCH 'quick' ORDER BY rank").await.unwrap();
    assert_eq!(rows.values, [text("a [quick] fox")]);
}

#[tokio::test]
async fn a_batch_may_make_what_it_uses() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let made = run(&db, "CREATE TABLE made (title TEXT UNIQUE); INSERT INTO made VALUES ('a')").await;
    assert_eq!(made.unwrap().rows_affected, 1);
}

#[tokio::test]
async fn sql_without_a_statement_says_so() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    for sql in ["", " ", "-- nothing", ";"] {
        for done in [run(&db, sql).await.map(|_| ()), ask(&db, sql).await.map(|_| ())] {
            assert!(matches!(&done, Err(Error::Syntax(words)) if words.contains("no statement")), "{sql:?}: {done:?}");
        }
    }
    db.batch(String::new()).await.unwrap();
}

#[tokio::test]
async fn values_go_to_parameters_by_number() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let given = |count: i64| (1..=count).map(Value::Integer).collect::<Vec<_>>();
    for (sql, values, expected) in [
        ("SELECT $2, $1", 2, &[2, 1][..]),
        ("SELECT $1, $1, $3", 3, &[1, 1, 3]),
        ("SELECT ?2, ?1", 2, &[2, 1]),
        ("SELECT ?3, ?", 4, &[3, 4]),
        ("SELECT ?, ?", 2, &[1, 2]),
        ("SELECT $02, $1", 2, &[2, 1]),
        ("SELECT a FROM (SELECT $2 AS a) WHERE a > $1", 2, &[2]),
    ] {
        let rows = db.query(sql.into(), given(values)).await.unwrap();
        assert_eq!(rows.values, expected.iter().copied().map(Value::Integer).collect::<Vec<_>>(), "{sql}");
    }
    db.execute("INSERT INTO note (id, title, size) VALUES (2, 'b', 0), (3, 'c', 0)".into(), vec![]).await.unwrap();
    db.execute("UPDATE note SET size = $2 WHERE id = $1".into(), vec![Value::Integer(2), Value::Integer(3)]).await.unwrap();
    let rows = ask(&db, "SELECT id, size FROM note ORDER BY id").await.unwrap();
    assert_eq!(rows.values, [2, 3, 3, 0].map(Value::Integer));
    for (sql, values, said) in [
        ("SELECT :a", 1, "`:a` gets none"),
        ("SELECT @a", 1, "`@a` gets none"),
        ("SELECT $a", 1, "`$a` gets none"),
        ("SELECT $0", 1, "`$0` gets none"),
        ("SELECT $1, ?", 2, "both `?` and `$N`"),
        ("SELECT $1, :a", 2, "`:a` gets none"),
        ("SELECT $1", 2, "has 1 parameters, and 2 values"),
        ("SELECT $2", 1, "has 2 parameters, and 1 values"),
        ("SELECT ?", 0, "has 1 parameters, and 0 values"),
    ] {
        let error = db.query(sql.into(), given(values)).await.unwrap_err();
        assert!(matches!(&error, Error::Syntax(words) if words.contains(said)), "{sql}: {error}");
    }
}

#[tokio::test]
async fn integrity_is_checked_of_every_kind_of_table() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    run(
        &db,
        "CREATE VIRTUAL TABLE area USING rtree (id, left, right, +name); INSERT INTO area VALUES (1, 0, 2, 'a');
         CREATE VIRTUAL TABLE found USING fts5 (text); INSERT INTO found VALUES ('a');
         CREATE VIRTUAL TABLE older USING fts4 (text); INSERT INTO older VALUES ('a');",
    )
    .await
    .unwrap();
    for pragma in ["integrity_check", "quick_check", "integrity_check(area)", "integrity_check('found')"] {
        assert_eq!(value(&db, &format!("PRAGMA {pragma}")).await, text("ok"), "{pragma}");
    }
}
