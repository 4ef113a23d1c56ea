use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::*;

/// A folder's files with their content.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

#[tokio::test]
async fn sql_stays_in_its_file() {
    let canary = TempDir::new().unwrap();
    let other = rusqlite::Connection::open(canary.path().join("other.db")).unwrap();
    other.execute_batch("CREATE TABLE secret (x); INSERT INTO secret VALUES ('canary')").unwrap();
    drop(other);
    let before = content(canary.path());
    let Stage { db, folder, .. } = Stage::with(Settings::default().with_statement_time(Duration::from_millis(500))).await;
    let there = canary.path().display();
    for sql in [
        format!("ATTACH '{there}/other.db' AS other"),
        format!("ATTACH 'file:{there}/new.db?mode=rwc' AS other"),
        format!("/* */ attach\tDATABASE '{there}/new.db' AS \"x\""),
        "ATTACH ':memory:' AS other".to_owned(),
        "DETACH main".to_owned(),
        format!("VACUUM INTO '{there}/copy.db'"),
        "VACUUM".to_owned(),
        format!("PRAGMA temp_store_directory = '{there}'"),
        format!("PRAGMA data_store_directory = '{there}'"),
        "PRAGMA writable_schema = ON".to_owned(),
        "PRAGMA journal_mode = OFF".to_owned(),
        "PRAGMA synchronous = OFF".to_owned(),
        "PRAGMA foreign_keys = OFF".to_owned(),
        "PRAGMA trusted_schema = ON".to_owned(),
        "PRAGMA max_page_count = 1000000000".to_owned(),
        "PRAGMA hard_heap_limit = 0".to_owned(),
        "PRAGMA database_list".to_owned(),
        "SELECT file FROM pragma_database_list".to_owned(),
        "CREATE VIEW d AS SELECT * FROM pragma_database_list; SELECT * FROM d".to_owned(),
        format!("SELECT load_extension('{there}/other.db')"),
        "SELECT fts3_tokenizer('simple')".to_owned(),
        format!("CREATE VIRTUAL TABLE c USING csv(filename='{there}/other.db')"),
        "CREATE VIRTUAL TABLE c USING dbstat".to_owned(),
        "SELECT readfile('/etc/passwd')".to_owned(),
        format!("SELECT writefile('{there}/x', 'x')"),
        "SELECT edit('x', 'sh')".to_owned(),
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE x (y)'".to_owned(),
        "DELETE FROM sqlite_master".to_owned(),
        "BEGIN".to_owned(),
        "SAVEPOINT x".to_owned(),
    ] {
        let executed = run(&db, &sql).await.map(|_| ());
        let queried = ask(&db, &sql).await.map(|_| ());
        for done in [executed, queried] {
            assert!(matches!(&done, Err(Error::Denied(_) | Error::Syntax(_))), "{sql}: {done:?}");
        }
        db.batch(sql).await.unwrap_err();
    }
    assert_eq!(content(canary.path()), before);
    let mut left: Vec<_> = content(folder.path()).into_keys().collect();
    left.retain(|name| !name.starts_with("notes.db"));
    assert!(left.is_empty(), "{left:?}");
    note(&db, "it still works").await;
    assert_eq!(value(&db, "PRAGMA journal_mode").await, text("wal"));
    assert_eq!(value(&db, "PRAGMA synchronous").await, Value::Integer(2));
    assert_eq!(value(&db, "PRAGMA foreign_keys").await, Value::Integer(1));
}

#[tokio::test]
async fn no_error_tells_where_the_file_lies() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("broken.db"), "this is no database, but long enough to be looked at").unwrap();
    std::fs::create_dir(folder.path().join("folder.db")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.db")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("nowhere"), folder.path().join("dangling.db")).unwrap();
    let databases = Databases::new(folder.path(), Settings::default());
    for name in ["broken", "folder", "link", "dangling"] {
        let error = databases.open(label(name)).await.unwrap_err().to_string();
        assert!(error.contains(name) && !error.contains(&folder.path().display().to_string()), "{error}");
    }
    assert!(!folder.path().join("nowhere").exists());
    let gone = Databases::new(folder.path().join("nowhere"), Settings::default()).open(label("a")).await.unwrap_err();
    assert!(!gone.to_string().contains("nowhere"), "{gone}");
}

#[tokio::test]
async fn a_link_in_place_of_the_log_is_not_followed() {
    let (folder, canary) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let target = canary.path().join("log");
    std::fs::write(&target, "canary").unwrap();
    rusqlite::Connection::open(folder.path().join("notes.db")).unwrap().execute_batch("CREATE TABLE note (x)").unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("notes.db-wal")).unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("notes.db-journal")).unwrap();
    let databases = Databases::new(folder.path(), Settings::default());
    if let Ok(db) = databases.open(label("notes")).await {
        drop(run(&db, "INSERT INTO note VALUES (1)").await);
    }
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "canary");
}
