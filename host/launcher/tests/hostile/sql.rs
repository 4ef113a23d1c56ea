//! SQL that tries to leave its file, to take everything, or to keep it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::support::{Launcher, Start};
use super::survives;

fn start() -> Start {
    Start::with(test_guests::SQL)
}

async fn post(launcher: &Launcher, path: &str, sql: &str) -> String {
    launcher.client().post(path, sql.to_owned()).await.text
}

/// A statement that never ends by itself.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/// A folder's files with their content, those in folders of its own included.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            found.extend(content(&entry.path()).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            // A read of the launcher's pipe would wait for ever.
            let is_file = entry.path().is_file();
            found.insert(name, if is_file { std::fs::read(entry.path()).unwrap() } else { Vec::new() });
        }
    }
    found
}

#[tokio::test]
async fn it_stays_in_its_folder() {
    survives(start, async |launcher| {
        let canary = launcher.folder().join("canary");
        std::fs::create_dir_all(&canary).unwrap();
        std::fs::write(canary.join("other.db"), "").unwrap();
        std::fs::write(canary.join("secret"), "canary").unwrap();
        let before = content(&canary);
        assert_eq!(post(launcher, "/execute/notes", "CREATE TABLE IF NOT EXISTS note (x)").await, "ok 0");
        let there = canary.display();
        for sql in [
            format!("ATTACH '{there}/other.db' AS other"),
            format!("ATTACH DATABASE 'file:{there}/new.db?mode=rwc' AS other"),
            format!("aTtAcH/**/'{there}/new.db'/**/aS/**/[x]"),
            format!("ATTACH ('{there}' || '/new.db') AS x"),
            "ATTACH '../canary/new.db' AS x".to_owned(),
            "ATTACH ':memory:' AS x".to_owned(),
            format!("VACUUM INTO '{there}/copy.db'"),
            format!("VACUUM main INTO '{there}/copy.db'"),
            format!("PRAGMA temp_store_directory='{there}'"),
            format!("PRAGMA data_store_directory='{there}'"),
            "PRAGMA temp_store=FILE".to_owned(),
            "PRAGMA writable_schema=1".to_owned(),
            "PRAGMA journal_mode=DELETE".to_owned(),
            "PRAGMA locking_mode=EXCLUSIVE".to_owned(),
            "PRAGMA synchronous=0".to_owned(),
            "PRAGMA database_list".to_owned(),
            "SELECT * FROM pragma_database_list".to_owned(),
            "SELECT load_extension('/lib/x86_64-linux-gnu/libm.so.6')".to_owned(),
            "SELECT fts3_tokenizer('simple', x'0000000000000000')".to_owned(),
            format!("SELECT readfile('{there}/secret')"),
            format!("SELECT writefile('{there}/new', 'x')"),
            format!("CREATE VIRTUAL TABLE c USING csv(filename='{there}/secret')"),
            "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (y)')".to_owned(),
            "COMMIT; BEGIN".to_owned(),
        ] {
            for how in ["execute", "query", "batch", "stream", "transaction"] {
                let said = post(launcher, &format!("/{how}/notes"), &sql).await;
                let refused = ["denied: ", "syntax: "].iter().any(|kind| said.starts_with(kind));
                let in_a_transaction = sql.starts_with("VACUUM") && said.starts_with("other: cannot VACUUM");
                assert!(refused || in_a_transaction, "{how} {sql}: {said}");
                assert!(!said.contains("secret") || sql.contains("secret"), "{said}");
            }
        }
        for label in ["..", ".launcher", "A", "a.b", "notes.db", "%2e%2e", &"a".repeat(65)] {
            let said = post(launcher, &format!("/execute/{label}"), "CREATE TABLE x (y)").await;
            assert!(said.starts_with("denied: "), "{label}: {said}");
        }
        assert_eq!(content(&canary), before);
        let mut left: Vec<_> = content(&launcher.folder().join("data")).into_keys().collect();
        left.retain(|name| !name.starts_with("notes.db") && !name.starts_with(".launcher/"));
        assert!(left.is_empty(), "{left:?}");
        launcher.logged("a statement of the plugin was refused").await;
    })
    .await;
}

#[tokio::test]
async fn a_link_is_no_database() {
    survives(start, async |launcher| {
        let secret = launcher.folder().join("secret.db");
        let made = rusqlite::Connection::open(&secret).unwrap();
        made.execute_batch("CREATE TABLE IF NOT EXISTS secret (x); INSERT INTO secret VALUES ('canary')").unwrap();
        drop(made);
        let before = std::fs::read(&secret).unwrap();
        let link = launcher.folder().join("data/link.db");
        if link.symlink_metadata().is_err() {
            std::os::unix::fs::symlink(&secret, link).unwrap();
        }
        let said = post(launcher, "/query/link", "SELECT * FROM secret").await;
        assert!(said.starts_with("denied: ") && said.contains("symbolic link"), "{said}");
        assert_eq!(std::fs::read(&secret).unwrap(), before);
    })
    .await;
}

#[tokio::test]
async fn a_statement_without_end_is_interrupted_and_holds_nobody_up() {
    survives(
        || start().limit("statement_time", "500ms"),
        async |launcher| {
            let endless = post(launcher, "/query/notes", ENDLESS);
            let (said, ()) = tokio::join!(endless, async {
                let started = Instant::now();
                assert_eq!(post(launcher, "/query/notes", "SELECT 1").await, "ok 1 ");
                assert_eq!(launcher.get("/ok").await.text, "ok");
                assert!(started.elapsed() < Duration::from_millis(400), "{:?}", started.elapsed());
            });
            assert_eq!(said, "interrupted: the statement ran for more than 500 ms");
            let said = post(launcher, "/execute/notes", &format!("CREATE TABLE x AS {ENDLESS}")).await;
            assert_eq!(said, "interrupted: the statement ran for more than 500 ms");
        },
    )
    .await;
}

#[tokio::test]
async fn a_search_that_was_quick_and_is_not_holds_nobody_up() {
    const SEARCH: &str = "SELECT snippet(found, 0, '', '', '', 12) FROM found WHERE found MATCH (SELECT word FROM wanted)";
    survives(start, async |launcher| {
        let note = format!("INSERT INTO found VALUES ('{}')", "a ".repeat(20_000));
        for sql in [
            "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(body)",
            "CREATE TABLE IF NOT EXISTS wanted (word)",
            "DELETE FROM wanted",
            "INSERT INTO wanted VALUES ('missing')",
            &note,
        ] {
            let said = post(launcher, "/execute/notes", sql).await;
            assert!(said.starts_with("ok "), "{said}");
        }
        for _ in 0..3 {
            assert_eq!(post(launcher, "/query/notes", SEARCH).await, "ok ");
        }
        post(launcher, "/execute/notes", "UPDATE wanted SET word = 'a'").await;
        let said = post(launcher, "/query/notes", SEARCH).await;
        assert!(said.starts_with("ok ") || said.starts_with("interrupted: "), "{said}");
    })
    .await;
}

#[tokio::test]
async fn functions_that_nothing_interrupts_end() {
    // JSONB of 80,000 arrays, each in the one before: from the inside out, with 5 bytes for each header.
    let mut nested = Vec::new();
    for _ in 0..80_000 {
        let length = u32::try_from(nested.len()).unwrap();
        nested.extend(length.to_le_bytes());
        nested.push(0xeb);
    }
    let nested: String = nested.iter().rev().map(|byte| format!("{byte:02x}")).collect();
    let keys = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
                SELECT json_group_object('k' || i, i) AS doc FROM n";
    survives(
        || start().limit("statement_time", "1s"),
        async |launcher| {
            let long = format!("INSERT INTO long VALUES ('{}')", "a ".repeat(100_000));
            for sql in ["CREATE VIRTUAL TABLE IF NOT EXISTS long USING fts5(body)", "DELETE FROM long", &long] {
                assert!(post(launcher, "/execute/notes", sql).await.starts_with("ok "));
            }
            for sql in [
                format!("SELECT length(json(x'{nested}'))"),
                format!("SELECT length(json_pretty(x'{nested}'))"),
                format!("SELECT length(json_patch(doc, doc)) FROM ({keys})"),
                "SELECT length(json_set('{}', '$' || replace(hex(zeroblob(2000000)), '00', '.a'), 1))".to_owned(),
                "SELECT length(unhex(hex(zeroblob(2000000)), replace(hex(zeroblob(2000000)), '00', '-')))".to_owned(),
                "SELECT length(highlight(long, 0, '<', '>')) FROM long('a')".to_owned(),
                "SELECT length(snippet(long, 0, '<', '>', '', 60)) FROM long('a OR \"a a\"')".to_owned(),
            ] {
                let started = Instant::now();
                let said = post(launcher, "/query/notes", &sql).await;
                assert!(started.elapsed() < Duration::from_secs(4), "{:?}: {said}", started.elapsed());
                assert_eq!(post(launcher, "/query/notes", "SELECT 1").await, "ok 1 ");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    // Small, so that what the allocator keeps of it is too.
    let start = || start().limit("database_memory", "8MiB").limit("result_bytes", "4MiB");
    survives(start, async |launcher| {
        let ten_gigabytes = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                             SELECT randomblob(1000000) FROM n";
        let sorted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                      SELECT max(x) FROM (SELECT randomblob(1000000) AS x FROM n ORDER BY x LIMIT 9999)";
        for (sql, said) in [
            (ten_gigabytes, "4194304 bytes"),
            ("SELECT zeroblob(2000000000)", "too big"),
            ("SELECT hex(zeroblob(2000000000))", "too big"),
            (sorted, "more memory"),
        ] {
            let answer = post(launcher, "/query/notes", sql).await;
            let refused = answer.starts_with("too large: ") || answer.starts_with("interrupted: ");
            assert!(refused && answer.contains(said), "{sql}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_statements_wait_or_are_refused() {
    survives(start, async |launcher| {
        let said = post(launcher, "/many/10000/notes", "CREATE TABLE IF NOT EXISTS note (x)").await;
        assert!(said.starts_with("ok 1024, failed 8976: busy: more than 1024 statements wait"), "{said}");
        assert_eq!(post(launcher, "/query/notes", "SELECT 1").await, "ok 1 ");
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_streams_keep_nothing_for_ever() {
    survives(
        || start().limit("statement_wait", "100ms").limit("transaction_time", "500ms"),
        async |launcher| {
            let said = post(launcher, "/streams/10000/notes", "SELECT 1").await;
            assert!(said.starts_with("busy: "), "{said}");
            launcher_reads_again(launcher).await;
        },
    )
    .await;
}

/// Asks until there is a reader again.
async fn launcher_reads_again(launcher: &Launcher) {
    let started = Instant::now();
    while !post(launcher, "/query/notes", "SELECT 1").await.starts_with("ok") {
        assert!(started.elapsed() < Duration::from_secs(10), "the readers are gone");
    }
}

#[tokio::test]
async fn a_transaction_that_is_kept_ends_at_its_time() {
    survives(
        || start().limit("transaction_time", "500ms"),
        async |launcher| {
            let made = post(launcher, "/execute/notes", "CREATE TABLE IF NOT EXISTS note (x); DELETE FROM note").await;
            assert!(made.starts_with("ok"), "{made}");
            assert_eq!(post(launcher, "/leak/notes", "INSERT INTO note VALUES ('kept')").await, "ok");
            let started = Instant::now();
            assert_eq!(post(launcher, "/execute/notes", "INSERT INTO note VALUES ('next')").await, "ok 1");
            assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
            assert_eq!(post(launcher, "/query/notes", "SELECT x FROM note").await, "ok next ");
            launcher.logged("open for too long").await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_trap_in_a_transaction_undoes_it_at_once() {
    survives(start, async |launcher| {
        let made = post(launcher, "/execute/notes", "CREATE TABLE IF NOT EXISTS note (x); DELETE FROM note").await;
        assert!(made.starts_with("ok"), "{made}");
        let answer = launcher.client().post("/trap/notes", "INSERT INTO note VALUES ('trapped')").await;
        assert_eq!(answer.status, http::StatusCode::INTERNAL_SERVER_ERROR);
        let started = Instant::now();
        assert_eq!(post(launcher, "/execute/notes", "INSERT INTO note VALUES ('next')").await, "ok 1");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        assert_eq!(post(launcher, "/query/notes", "SELECT x FROM note").await, "ok next ");
    })
    .await;
}
