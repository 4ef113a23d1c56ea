use std::time::{Duration, Instant};

use temps_plugin_sqlite::Access;

use super::*;

#[tokio::test]
async fn a_statement_without_end_is_interrupted() {
    let Stage { db, folder: _folder, .. } =
        Stage::with(Settings::default().with_statement_time(Duration::from_millis(200))).await;
    for sql in [ENDLESS.to_owned(), format!("INSERT INTO note (title) {ENDLESS}")] {
        let started = Instant::now();
        let done = db.query(sql, vec![]).await;
        assert!(matches!(&done, Err(Error::Interrupted(words)) if words.contains("200 ms")), "{done:?}");
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
    note(&db, "a").await;
}

#[tokio::test]
async fn a_result_has_a_largest_count_of_rows() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_rows(3)).await;
    assert_eq!(ask(&db, "VALUES (1), (2), (3)").await.unwrap().values.len(), 3);
    let error = ask(&db, "VALUES (1), (2), (3), (4)").await.unwrap_err();
    assert!(matches!(&error, Error::TooLarge(words) if words.contains("3 rows")), "{error:?}");
}

#[tokio::test]
async fn a_result_has_a_largest_size() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_result_bytes(116)).await;
    assert_eq!(ask(&db, "SELECT zeroblob(100)").await.unwrap().values.len(), 1);
    let error = ask(&db, "SELECT zeroblob(101)").await.unwrap_err();
    assert!(matches!(&error, Error::TooLarge(words) if words.contains("116 bytes")), "{error:?}");
    let (_, mut stream) = db.query_stream("SELECT zeroblob(101)".into(), vec![]).await.unwrap();
    assert!(matches!(stream.next().await, Err(Error::TooLarge(_))));
}

#[tokio::test]
async fn a_value_has_a_largest_size() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_value_bytes(1000)).await;
    assert_eq!(value(&db, "SELECT length(zeroblob(1000))").await, Value::Integer(1000));
    for sql in
        ["SELECT length(zeroblob(1001))", "SELECT zeroblob(2000000000)", "SELECT length(replace(hex(zeroblob(500)), '0', '00'))"]
    {
        assert!(matches!(ask(&db, sql).await, Err(Error::TooLarge(_))), "{sql}");
    }
    let bound = db.query("SELECT ?".into(), vec![Value::Blob(vec![0; 1001])]).await;
    assert!(matches!(bound, Err(Error::TooLarge(_))), "{bound:?}");
}

#[tokio::test]
async fn a_database_has_a_largest_size_and_goes_on_below_it() {
    let Stage { db, folder, .. } = Stage::with(Settings::default().with_size(1 << 20)).await;
    run(&db, "CREATE TABLE bulk (bytes BLOB)").await.unwrap();
    let fill = || run(&db, "INSERT INTO bulk VALUES (zeroblob(100000))");
    let error = loop {
        if let Err(error) = fill().await {
            break error;
        }
    };
    assert!(matches!(error, Error::Full(_)), "{error:?}");
    assert!(folder.path().join("notes.db").metadata().unwrap().len() <= 1 << 20);
    run(&db, "DELETE FROM bulk").await.unwrap();
    fill().await.unwrap();
    assert_eq!(value(&db, "PRAGMA integrity_check").await, text("ok"));
}

#[tokio::test]
async fn the_log_has_a_largest_size_while_somebody_reads() {
    let Stage { db, folder, .. } = Stage::with(Settings::default().with_log_size(4 << 20)).await;
    run(&db, "CREATE TABLE bulk (bytes BLOB); INSERT INTO bulk VALUES (zeroblob(200000))").await.unwrap();
    let reading = db.begin(Access::Read).await.unwrap();
    reading.query("SELECT count(*) FROM bulk".into(), vec![]).await.unwrap();
    let error = loop {
        if let Err(error) = run(&db, "UPDATE bulk SET bytes = randomblob(200000)").await {
            break error;
        }
    };
    assert!(matches!(&error, Error::Full(words) if words.contains("write-ahead log")), "{error:?}");
    assert!(folder.path().join("notes.db-wal").metadata().unwrap().len() < 5 << 20);
    reading.rollback().await.unwrap();
    run(&db, "UPDATE bulk SET bytes = zeroblob(200000)").await.unwrap();
}

#[tokio::test]
async fn sqlite_has_a_largest_memory() {
    // In a process of its own: the limit can only be lowered, and holds for all tests.
    if std::env::var_os("SMALL_MEMORY").is_none() {
        let test = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "limits::sqlite_has_a_largest_memory"])
            .env("SMALL_MEMORY", "1")
            .output()
            .unwrap();
        assert!(test.status.success(), "{}", String::from_utf8_lossy(&test.stdout));
        return;
    }
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_memory(16 << 20)).await;
    let sorted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                  SELECT max(x) FROM (SELECT randomblob(1000) AS x FROM n ORDER BY x LIMIT 90000)";
    let error = ask(&db, sorted).await.unwrap_err();
    assert!(matches!(&error, Error::TooLarge(words) if words.contains("memory")), "{error:?}");
    note(&db, "a").await;
}

#[tokio::test]
async fn temporary_tables_have_a_largest_size_and_can_be_emptied_then() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_temporary(1 << 20)).await;
    run(&db, "CREATE TEMP TABLE scratch (x)").await.unwrap();
    let fill = "INSERT INTO scratch WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT zeroblob(1000) FROM n";
    let filled = |rows| db.execute(fill.into(), vec![Value::Integer(rows)]);
    filled(900).await.unwrap();
    assert!(matches!(filled(200).await, Err(Error::Full(_))));
    note(&db, "others are not full").await;
    run(&db, "DELETE FROM scratch").await.unwrap();
    filled(900).await.unwrap();
    run(&db, "DROP TABLE scratch").await.unwrap();
    run(&db, "CREATE TEMP TABLE scratch (x)").await.unwrap();
    filled(900).await.unwrap();
}

#[tokio::test]
async fn the_next_instance_has_connections_of_its_own() {
    let Stage { db, databases, folder: _folder } = Stage::new().await;
    run(&db, "CREATE TEMP TABLE scratch (x)").await.unwrap();
    databases.renew();
    assert!(matches!(run(&db, "INSERT INTO scratch VALUES (1)").await, Err(Error::Syntax(_))));

    let held = db.begin(Access::Write).await.unwrap();
    held.execute("CREATE TEMP TABLE scratch (x)".into(), vec![]).await.unwrap();
    databases.renew();
    held.execute("INSERT INTO scratch VALUES (1)".into(), vec![]).await.unwrap();
    held.commit().await.unwrap();
    assert!(matches!(run(&db, "INSERT INTO scratch VALUES (1)").await, Err(Error::Syntax(_))));
    note(&db, "it still works").await;
}

#[tokio::test]
async fn a_plugin_has_a_largest_count_of_databases() {
    let Stage { databases, folder, .. } = Stage::with(Settings::default().with_databases(2)).await;
    databases.open(label("second")).await.unwrap();
    databases.open(label("notes")).await.unwrap();
    let third = databases.open(label("third")).await;
    assert!(matches!(&third, Err(Error::Denied(words)) if words.contains("at most 2")), "{third:?}");
    assert!(!folder.path().join("third.db").exists());
}

#[tokio::test]
async fn statements_that_wait_have_a_largest_count_and_size() {
    let settings = Settings::default().with_statements(2).with_statement_bytes(1000);
    let Stage { db, folder: _folder, .. } = Stage::with(settings).await;
    let held = db.begin(Access::Write).await.unwrap();
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { run(&db, "DELETE FROM note").await })
        })
        .collect();
    // Both have their place before this test's task runs again.
    tokio::task::yield_now().await;
    let third = run(&db, "DELETE FROM note").await;
    assert!(matches!(&third, Err(Error::Busy(words)) if words.contains("more than 2")), "{third:?}");
    drop(held);
    for statement in waiting {
        statement.await.unwrap().unwrap();
    }
    let large = db.query("SELECT ?".into(), vec![Value::Blob(vec![0; 1000])]).await;
    assert!(matches!(&large, Err(Error::Busy(words)) if words.contains("1000 bytes")), "{large:?}");
}

#[tokio::test]
async fn readers_are_as_many_as_they_may_be() {
    let settings = Settings::default().with_readers(2).with_wait_time(Duration::from_millis(100));
    let Stage { db, folder: _folder, .. } = Stage::with(settings).await;
    let first = db.begin(Access::Read).await.unwrap();
    let _second = db.begin(Access::Read).await.unwrap();
    assert!(matches!(ask(&db, "SELECT 1").await, Err(Error::Busy(_))));
    drop(first);
    assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
}

#[tokio::test]
async fn a_statement_has_a_largest_length_and_a_pattern_too() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let sql = |bytes: usize| format!("SELECT 1{}", " ".repeat(bytes - 8));
    ask(&db, &sql(1_000_000)).await.unwrap();
    assert!(matches!(ask(&db, &sql(1_000_001)).await, Err(Error::TooLarge(_))));
    let like = |bytes: usize| db.query("SELECT 'a' LIKE ?".into(), vec![text(&"%".repeat(bytes))]);
    like(256).await.unwrap();
    assert!(like(257).await.is_err());
}

/// The threads of a database.
fn threads(label: &str) -> usize {
    let names =
        std::fs::read_dir("/proc/self/task").unwrap().map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")));
    names.filter(|name| name.as_ref().is_ok_and(|name| name.trim_end() == format!("sqlite {label}"))).count()
}

#[tokio::test]
async fn a_reader_that_nobody_needs_is_closed() {
    let folder = TempDir::new().unwrap();
    let settings = Settings::default().with_reader_idle(Duration::from_millis(100));
    let db = Databases::new(folder.path(), settings).open(label("idle")).await.unwrap();
    for _ in 0..3 {
        assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
        assert_eq!(threads("idle"), 2, "a writer and a reader");
        let closed = async {
            while threads("idle") > 1 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), closed).await.unwrap();
    }
}
