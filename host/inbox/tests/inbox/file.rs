use std::os::unix::fs::PermissionsExt;

use temps_plugin_inbox::{Inbox, InboxError, Settings, path_in};

use crate::Test;

#[tokio::test]
async fn it_is_for_its_own_user_and_sqlite_finds_nothing_wrong() {
    let test = Test::new(Settings::default()).await;
    test.put(&["1"]).await;
    let path = path_in(test.folder.path());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    test.inbox.close().await;
    assert!(!path.with_extension("db-wal").exists(), "the log is folded into the file");
}

#[tokio::test]
async fn what_is_no_inbox_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    std::fs::write(&path, "not a database, but long enough to be taken for one").unwrap();
    let error = Inbox::open(&path, Settings::default()).await.unwrap_err();
    assert!(matches!(error, InboxError::Open { .. }) && error.to_string().contains("inbox.db"), "{error}");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let error = Inbox::open(&path, Settings::default()).await.unwrap_err();
    assert!(matches!(error, InboxError::File { .. }), "{error}");
}

#[tokio::test]
async fn one_of_a_newer_launcher_is_left_alone() {
    let test = Test::new(Settings::default()).await;
    test.put(&["1"]).await;
    let path = path_in(test.folder.path());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let error = Inbox::open(&path, Settings::default()).await.unwrap_err();
    assert!(matches!(error, InboxError::Newer { found: 7, .. }), "{error}");
}

#[tokio::test]
async fn two_that_make_it_at_once_make_it_once() {
    // Often, since it takes a moment that the three have to have in common.
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox.db");
        let open = || Inbox::open(&path, Settings::default());
        let (one, two, three) = tokio::join!(open(), open(), open());
        for inbox in [one, two, three] {
            inbox.unwrap().counts().await.unwrap();
        }
    }
}
