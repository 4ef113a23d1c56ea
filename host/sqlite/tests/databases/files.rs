use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_file_is_its_own_users_only() {
    let Stage { db, folder, .. } = Stage::new().await;
    note(&db, "a").await;
    for name in ["notes.db", "notes.db-wal", "notes.db-shm"] {
        let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn closing_takes_the_log_back_into_the_file() {
    let Stage { db, folder, databases } = Stage::new().await;
    note(&db, "a").await;
    drop(db);
    databases.close().await;
    assert!(!folder.path().join("notes.db-wal").exists());
    let connection = rusqlite::Connection::open(folder.path().join("notes.db")).unwrap();
    assert_eq!(connection.query_row("SELECT title FROM note", [], |row| row.get::<_, String>(0)).unwrap(), "a");
    assert!(databases.open(label("notes")).await.is_err());
}

#[tokio::test]
async fn what_is_open_in_one_place_is_the_same_in_another() {
    let Stage { db, databases, folder: _folder } = Stage::new().await;
    let again = databases.open(label("notes")).await.unwrap();
    note(&db, "a").await;
    assert_eq!(value(&again, "SELECT count(*) FROM note").await, Value::Integer(1));
}

#[tokio::test]
async fn a_file_made_elsewhere_opens_as_it_is() {
    let folder = TempDir::new().unwrap();
    let made = rusqlite::Connection::open(folder.path().join("notes.db")).unwrap();
    made.execute_batch("CREATE TABLE note (title TEXT); INSERT INTO note VALUES ('made elsewhere')").unwrap();
    let databases = Databases::new(folder.path(), Settings::default());
    let db = databases.open(label("notes")).await.unwrap();
    assert_eq!(value(&db, "SELECT title FROM note").await, text("made elsewhere"));
    run(&db, "UPDATE note SET title = 'changed here'").await.unwrap();
    assert_eq!(made.query_row("SELECT title FROM note", [], |row| row.get::<_, String>(0)).unwrap(), "changed here");
}

#[tokio::test]
async fn another_process_that_holds_the_file_is_waited_for() {
    let Stage { db, folder, .. } = Stage::new().await;
    let other = rusqlite::Connection::open(folder.path().join("notes.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO note (title) VALUES ('other')").unwrap();
    let (done, ()) = tokio::join!(run(&db, "INSERT INTO note (title) VALUES ('ours')"), async {
        tokio::task::yield_now().await;
        other.execute_batch("COMMIT").unwrap();
    });
    done.unwrap();
    assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(2));
}

/// SQLite 3.51.1 deadlocked here, within the first rounds mostly: one connection's lock to empty the log, and another's to close or open the file.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_open_and_close_at_once_do_not_wait_for_each_other() {
    let Stage { folder, .. } = Stage::new().await;
    let rounds = (0..4).map(|_| {
        let path = folder.path().to_owned();
        tokio::spawn(async move {
            for _ in 0..50 {
                let databases = Databases::new(&path, Settings::default());
                let db = databases.open(label("notes")).await.unwrap();
                assert_eq!(value(&db, "SELECT count(*) FROM note").await, Value::Integer(0));
                drop(db);
                databases.close().await;
            }
        })
    });
    let ended = tokio::time::timeout(Duration::from_secs(60), futures::future::join_all(rounds)).await;
    for round in ended.expect("they wait for each other") {
        round.unwrap();
    }
}
