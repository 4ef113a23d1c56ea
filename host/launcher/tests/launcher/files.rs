//! The guest's files, as `std::fs` shows them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use http::StatusCode;

use crate::support::{Launcher, Start};

/// What std makes of a write that is refused: libc does not ask its stream for the reason.
const NOT_WRITTEN: &str = "I/O error (os error 29)";
const NO_SPACE: &str = "No space left on device (os error 51)";
const NOT_FOUND: &str = "No such file or directory (os error 44)";

/// Makes a call of `std::fs`, and gives its outcome: what it returned, `done`, or the error's text.
async fn call(launcher: &Launcher, call: &str) -> String {
    launcher.get(&format!("/{call}")).await.text
}

fn on_the_host(launcher: &Launcher, name: &str) -> PathBuf {
    launcher.folder().join("data/files").join(name)
}

#[tokio::test]
async fn std_works() {
    let (launcher, _channel) = Start::with(test_guests::FILES).running().await;
    for (made, outcome) in [
        ("write?path=/data/a&to=0123456789", "done"),
        ("read?path=/data/a", "0123456789"),
        ("read?path=/data/b", NOT_FOUND),
        ("append?path=/data/a&to=end", "done"),
        ("read?path=/data/a", "0123456789end"),
        ("append?path=/data/new&to=first", "done"),
        ("read?path=/data/new", "first"),
        ("seek?path=/data/a", "1XY456789end"),
        ("stat?path=/data/a", "file 13"),
        ("resize?path=/data/a&size=4", "done"),
        ("read?path=/data/a", "01XY"),
        ("resize?path=/data/a&size=1000", "done"),
        ("stat?path=/data/a", "file 1000"),
        ("truncate?path=/data/a", "done"),
        ("stat?path=/data/a", "file 0"),
        ("new?path=/data/a", "File exists (os error 20)"),
        ("new?path=/data/c", "done"),
        ("modified?path=/data/c", "1000000"),
        ("mkdir?path=/data/folder", "done"),
        ("mkdirs?path=/data/folder/x/y", "done"),
        ("mkdir?path=/data/folder", "File exists (os error 20)"),
        ("stat?path=/data/folder/x", "folder 4096"),
        ("write?path=/data/folder/x/y/file&to=deep", "done"),
        ("copy?path=/data/folder/x/y/file&to=/data/folder/copy", "done"),
        ("rename?path=/data/folder/copy&to=/data/a", "done"),
        ("read?path=/data/a", "deep"),
        ("rename?path=/data/folder/x&to=/data/moved", "done"),
        ("read?path=/data/moved/y/file", "deep"),
        ("list?path=/data", "a c folder moved new starts"),
        ("rmdir?path=/data/moved", "Directory not empty (os error 55)"),
        ("rmdirs?path=/data/moved", "done"),
        ("rmdir?path=/data/folder", "done"),
        ("remove?path=/data/a", "done"),
        ("remove?path=/data/a", NOT_FOUND),
        ("list?path=/data", "c new starts"),
    ] {
        assert_eq!(call(&launcher, made).await, outcome, "{made}");
    }
    assert_eq!(fs::read_to_string(on_the_host(&launcher, "new")).unwrap(), "first");
    let folder = on_the_host(&launcher, "");
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    launcher.stop().await;
}

#[tokio::test]
async fn a_plugin_that_is_described_has_no_files() {
    let mut launcher = Start::with(test_guests::FILES).spawn();
    let manifest = launcher.manifest().await;
    assert_eq!(manifest["manifest"]["description"], NOT_FOUND, "{manifest}");
}

#[tokio::test]
async fn files_outlive_a_trap_and_a_restart() {
    let (launcher, _channel) = Start::with(test_guests::FILES).running().await;
    assert_eq!(call(&launcher, "write?path=/data/kept&to=kept").await, "done");
    assert_eq!(launcher.get("/panic").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(call(&launcher, "read?path=/data/kept").await, "kept");
    assert_eq!(call(&launcher, "read?path=/data/starts").await, "ss");
    let mut launcher = launcher;
    launcher.signal(rustix::process::Signal::TERM);
    assert!(launcher.exit().await.success());
    let (launcher, _channel) = launcher.again().running().await;
    assert_eq!(call(&launcher, "read?path=/data/kept").await, "kept");
    assert_eq!(call(&launcher, "read?path=/data/starts").await, "sss");
    launcher.stop().await;
}

/// The limits as std tells of them. `starts` is the first file, and has one byte.
#[tokio::test]
async fn what_is_full_is_an_error_and_no_trap() {
    let start = Start::with(test_guests::FILES).limit("file_bytes", "1001").limit("file_count", "3");
    let (launcher, _channel) = start.running().await;
    for (made, outcome) in [
        ("fill?path=/data/a&size=1000", "done"),
        ("append?path=/data/a&to=x", NOT_WRITTEN),
        ("write?path=/data/b&to=x", NOT_WRITTEN),
        ("stat?path=/data/b", "file 0"),
        ("mkdir?path=/data/c", NO_SPACE),
        ("new?path=/data/c", NO_SPACE),
        ("read?path=/data/c", NOT_FOUND),
        ("resize?path=/data/a&size=1001", NO_SPACE),
        ("resize?path=/data/a&size=1000", "done"),
        // In place of what was there.
        ("fill?path=/data/a&size=1000", "done"),
        ("rename?path=/data/b&to=/data/a", "done"),
        ("fill?path=/data/a&size=1000", "done"),
        ("mkdir?path=/data/c", "done"),
        ("remove?path=/data/a", "done"),
        ("fill?path=/data/b&size=1001", NOT_WRITTEN),
        ("fill?path=/data/b&size=1000", "done"),
        ("rmdir?path=/data/c", "done"),
        ("keep-writing?path=/data/d&to=x", NOT_WRITTEN),
        ("remove?path=/data/b", "done"),
        ("keep-writing?path=/data/d&to=y", "done"),
        ("read?path=/data/d", "y"),
        ("remove?path=/data/d", "done"),
        ("new?path=/data/d", "done"),
    ] {
        assert_eq!(call(&launcher, made).await, outcome, "{made}");
    }
    let line = launcher.logged("file_bytes").await;
    assert!(line.contains("1001 B"), "{line}");
    launcher.stop().await;
}

/// The operator makes room, and the plugin goes on.
#[tokio::test]
async fn what_the_operator_deletes_is_room_again() {
    let (launcher, _channel) = Start::with(test_guests::FILES).limit("file_bytes", "1001").running().await;
    assert_eq!(call(&launcher, "fill?path=/data/a&size=1000").await, "done");
    assert_eq!(call(&launcher, "write?path=/data/b&to=xx").await, NOT_WRITTEN);
    fs::remove_file(on_the_host(&launcher, "a")).unwrap();
    let again = async { while call(&launcher, "fill?path=/data/b&size=1000").await != "done" {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), again).await.expect("there is no room");
    launcher.stop().await;
}

/// What lies there at the start counts, whoever put it there.
#[tokio::test]
async fn what_is_there_at_the_start_counts() {
    let start = Start::with(test_guests::FILES).limit("file_bytes", "1000").limit("file_count", "4");
    let files = start.folder().join("data/files");
    fs::create_dir_all(files.join("theirs")).unwrap();
    fs::write(files.join("theirs/large"), vec![0; 900]).unwrap();
    let (launcher, _channel) = start.running().await;
    for (made, outcome) in [
        ("fill?path=/data/a&size=100", NOT_WRITTEN),
        ("fill?path=/data/a&size=99", "done"),
        ("new?path=/data/b", NO_SPACE),
        ("rmdirs?path=/data/theirs", "done"),
        ("fill?path=/data/a&size=999", "done"),
    ] {
        assert_eq!(call(&launcher, made).await, outcome, "{made}");
    }
    launcher.stop().await;
}
