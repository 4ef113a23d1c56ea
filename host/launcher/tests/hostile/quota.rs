//! A guest that wants more files than it may have.

use std::fs;

use http::StatusCode;

use super::files::attempt;
use super::support::{Launcher, Start};
use super::survives;

const FULL: &str = "then insufficient-space";

async fn take(launcher: &Launcher, call: &str) -> String {
    let answer = launcher.get(&format!("/take/{call}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{call}");
    answer.text
}

fn limited() -> Start {
    Start::with(test_guests::FILES_ESCAPE).limit("file_bytes", "1MiB").limit("file_count", "50").limit("open_files", "20")
}

/// What the guest's folder holds, in bytes by appearance and in names.
fn held(launcher: &Launcher) -> (u64, usize) {
    let (mut bytes, mut names) = (0, 0);
    let mut folders = vec![launcher.folder().join("data/files")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            names += 1;
            match entry.metadata().unwrap() {
                metadata if metadata.is_dir() => folders.push(entry.path()),
                metadata => bytes += metadata.len(),
            }
        }
    }
    (bytes, names)
}

#[tokio::test]
async fn files_bytes_are_bounded() {
    survives(limited, async |launcher| {
        for (bomb, taken) in [
            ("bytes?path=a&size=65536", "1048576"),
            ("bytes?path=a&size=5000", "1045000"),
            ("size?path=a&size=10737418240", "0"),
            ("append?path=a", "1048576"),
            ("write-stream?path=a&size=0", "1048576"),
            ("write-stream?path=a&size=1000000", "45056"),
            ("write-stream?path=a&size=18446744073709551615", "0"),
        ] {
            assert_eq!(take(launcher, bomb).await, format!("{taken} {FULL}"), "{bomb}");
            let (bytes, names) = held(launcher);
            assert!(bytes <= 1 << 20 && names == 1, "{bytes} bytes in {names} files");
            // What is full can still be read, shortened and emptied.
            assert!(attempt(launcher, "read?path=a").await.starts_with("read "));
            assert_eq!(attempt(launcher, "truncate?path=a").await, "done");
            assert_eq!(take(launcher, "size?path=b&size=1048576").await, "0");
            assert_eq!(take(launcher, "size?path=a&size=1").await, format!("0 {FULL}"));
            assert_eq!(attempt(launcher, "unlink?path=b").await, "done");
            assert_eq!(take(launcher, "size?path=a&size=1048576").await, "0");
            assert_eq!(attempt(launcher, "unlink?path=a").await, "done");
        }
    })
    .await;
}

#[tokio::test]
async fn files_their_number_is_bounded() {
    survives(limited, async |launcher| {
        for (bomb, taken) in [("files?path=f", "50"), ("folders?path=d", "50"), ("deep?path=d&size=60", "50")] {
            assert_eq!(take(launcher, bomb).await, format!("{taken} {FULL}"), "{bomb}");
            assert_eq!(held(launcher).1, 50);
            // What is there can be opened all the same, and what is renamed is not more.
            assert_eq!(attempt(launcher, &format!("mkdir?path={bomb}")).await, "insufficient-space");
            match bomb {
                "files?path=f" => {
                    assert_eq!(attempt(launcher, "write?path=f0").await, "done");
                    assert_eq!(attempt(launcher, "rename?path=f0&to=f1").await, "done");
                    assert_eq!(attempt(launcher, "mkdir?path=f0").await, "done");
                    assert_eq!(attempt(launcher, "mkdir?path=g").await, "insufficient-space");
                    assert_eq!(attempt(launcher, "rmdir?path=f0").await, "done");
                    for n in 1..50 {
                        assert_eq!(attempt(launcher, &format!("unlink?path=f{n}")).await, "done");
                    }
                }
                "folders?path=d" => {
                    for n in 0..50 {
                        assert_eq!(attempt(launcher, &format!("rmdir?path=d{n}")).await, "done");
                    }
                }
                _ => {
                    for depth in (1..=50).rev() {
                        assert_eq!(attempt(launcher, &format!("rmdir?path={}", vec!["d"; depth].join("/"))).await, "done");
                    }
                }
            }
            assert_eq!(held(launcher), (0, 0));
        }
    })
    .await;
}

/// As many as they may be, and a quarter of the bytes.
#[tokio::test]
async fn files_without_end_hold_up_nobody_else() {
    let start = || Start::with(test_guests::FILES_ESCAPE).limit("file_bytes", "256MiB");
    survives(start, async |launcher| {
        assert_eq!(take(launcher, "bytes?path=a&size=65536").await, format!("{} {FULL}", 256 << 20));
        assert_eq!(take(launcher, "files?path=f").await, format!("9999 {FULL}"));
        assert_eq!(held(launcher), (256 << 20, 10_000));
        assert_eq!(attempt(launcher, "list?path=.").await.split(' ').count(), 10_000);
    })
    .await;
}

#[tokio::test]
async fn files_that_are_removed_count_while_they_are_open() {
    survives(limited, async |launcher| {
        for bomb in ["unlinked", "then-unlinked"] {
            assert_eq!(take(launcher, &format!("{bomb}?path=a&size=65536")).await, format!("1048576 {FULL}"));
            assert_eq!(held(launcher), (0, 0));
            assert_eq!(take(launcher, "size?path=b&size=1").await, format!("0 {FULL}"));
            assert_eq!(take(launcher, "let-go").await, "0");
            assert_eq!(take(launcher, "size?path=b&size=1048576").await, "0");
            assert_eq!(attempt(launcher, "unlink?path=b").await, "done");
        }
    })
    .await;
}

#[tokio::test]
async fn files_open_at_once_are_bounded() {
    survives(
        || limited().limit("listed_names", "100"),
        async |launcher| {
            assert_eq!(attempt(launcher, "write?path=a").await, "done");
            for (bomb, taken, code) in [
                ("open?path=a", 20, "quota"),
                ("readers?path=a", 40, "quota"),
                // One name, and one for the listing itself.
                ("listings", 50, "insufficient-memory"),
            ] {
                assert_eq!(take(launcher, bomb).await, format!("{taken} then {code}"), "{bomb}");
                assert_eq!(take(launcher, "let-go").await, "0");
                assert_eq!(attempt(launcher, "read?path=a").await, "read written");
                assert_eq!(attempt(launcher, "list?path=.").await, "a");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn files_are_counted_when_an_instance_ends_in_the_middle_of_writing() {
    survives(limited, async |launcher| {
        for _ in 0..3 {
            let trapped = launcher.get("/take/trap-while-writing?path=a").await;
            assert_eq!(trapped.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(launcher.get("/ok").await.text, "ok");
        }
        assert_eq!(attempt(launcher, "truncate?path=a").await, "done");
        assert_eq!(take(launcher, "bytes?path=a&size=65536").await, format!("1048576 {FULL}"));
        assert_eq!(held(launcher), (1 << 20, 1));
    })
    .await;
}
