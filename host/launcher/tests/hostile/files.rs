//! A guest that wants out of its folder.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use http::StatusCode;

use super::support::{Launcher, Start};
use super::survives;

/// A file that the guest must neither read, change nor move.
const CANARY: &str = "canary";

/// What a way out ends with: it is refused, or leads nowhere.
const REFUSED: [&str; 4] = ["not-permitted", "loop", "no-entry", "not-directory"];

/// Everything in a folder: what it is, what is in it, and when it was changed.
fn fingerprint(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let content = if metadata.is_dir() { fingerprint(&path).len().to_string() } else { fs::read_to_string(&path).unwrap() };
        let looks =
            format!("{:?} {} {} {} {content}", metadata.modified().unwrap(), metadata.mode(), metadata.nlink(), metadata.ino());
        found.insert(path.display().to_string(), looks);
        if metadata.is_dir() {
            found.extend(fingerprint(&path));
        }
    }
    found
}

/// Beside the data directory lies a folder with a canary, and in it there is another file. The guest's folder holds links of the operator
/// to them.
fn surrounded() -> Start {
    let start = Start::with(test_guests::FILES_ESCAPE);
    let folder = start.folder();
    let (outside, files) = (folder.join("outside"), folder.join("data/files"));
    fs::create_dir_all(outside.join("empty")).unwrap();
    fs::create_dir_all(files.join("below")).unwrap();
    for canary in [outside.join(CANARY), folder.join("data/database.db")] {
        fs::write(&canary, CANARY).unwrap();
        fs::set_permissions(&canary, fs::Permissions::from_mode(0o666)).unwrap();
    }
    fs::write(files.join("own"), "own").unwrap();
    for (link, target) in [
        ("relative", "../../outside/canary"),
        ("below/relative", "../../../outside/canary"),
        ("relative-folder", "../../outside"),
        ("up", ".."),
        ("database", "../database.db"),
        ("dangling", "../../outside/new"),
        ("proc", "/proc/self/environ"),
        ("root", "/"),
        ("loop", "loop"),
        ("inside", "own"),
    ] {
        symlink(target, files.join(link)).unwrap();
    }
    symlink(outside.join(CANARY), files.join("absolute")).unwrap();
    symlink(&outside, files.join("absolute-folder")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, files.join("pipe"), rustix::fs::Mode::RWXU).unwrap();
    drop(UnixListener::bind(files.join("socket")).unwrap());
    start
}

pub(super) async fn attempt(launcher: &Launcher, call: &str) -> String {
    let answer = launcher.get(&format!("/escape/{call}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{call}");
    answer.text
}

/// Runs `escape` with everything around the guest's folder being as it was afterwards.
async fn contained(escape: impl AsyncFn(&Launcher)) {
    survives(surrounded, async |launcher| {
        let outside = launcher.folder().join("outside");
        let database = launcher.folder().join("data/database.db");
        let (before, database_before) = (fingerprint(&outside), database.metadata().unwrap().modified().unwrap());
        escape(launcher).await;
        assert_eq!(fingerprint(&outside), before);
        assert_eq!(fs::read_to_string(&database).unwrap(), CANARY);
        assert_eq!(database.metadata().unwrap().modified().unwrap(), database_before);
        let mut left: Vec<_> =
            fs::read_dir(launcher.folder().join("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".launcher", "database.db", "files"]);
    })
    .await;
}

#[tokio::test]
async fn files_no_path_leads_out() {
    contained(async |launcher| {
        let above = format!("../../{}", launcher.folder().join("outside/canary").display());
        let (plain, new) = (launcher.folder().join("outside/canary"), launcher.folder().join("outside/new"));
        let paths = [
            "..",
            "/",
            "/data/../",
            "../database.db",
            "../../outside/canary",
            "../../outside/new",
            "below/../../database.db",
            "./../database.db",
            "below/../../../outside",
            "own/../../database.db",
            "/data/own",
            "/etc/passwd",
            "/proc/self/environ",
            "/proc/self/root/etc/passwd",
            "//etc/passwd",
            "absolute",
            "absolute-folder",
            "absolute-folder/canary",
            "absolute-folder/new",
            "relative",
            "below/relative",
            "relative-folder",
            "relative-folder/canary",
            "relative-folder/new",
            "up",
            "up/database.db",
            "up/../outside/canary",
            "database",
            "dangling",
            "proc",
            "root",
            "root/etc/passwd",
            "loop",
            &above,
            plain.to_str().unwrap(),
            new.to_str().unwrap(),
        ];
        for path in paths {
            for call in ["read", "write", "truncate", "list", "times", "stat", "hash"] {
                let outcome = attempt(launcher, &format!("{call}?path={path}")).await;
                assert!(REFUSED.contains(&outcome.as_str()), "{call} {path}: {outcome}");
            }
        }
        // The names of links are the guest's own to take away: these are for what lies beyond them.
        for path in paths.into_iter().filter(|path| path.contains('/') && *path != "below/relative") {
            let mut calls = ["mkdir", "rmdir", "unlink", "readlink"].map(|call| format!("{call}?path={path}")).to_vec();
            calls.extend([format!("rename?path={path}&to=taken"), format!("rename?path=own&to={path}")]);
            for call in calls {
                let outcome = attempt(launcher, &call).await;
                assert!(REFUSED.contains(&outcome.as_str()), "{call}: {outcome}");
            }
        }
        assert_eq!(attempt(launcher, "read?path=own").await, "read own");
    })
    .await;
}

#[tokio::test]
async fn files_no_link_can_be_made_or_moved() {
    contained(async |launcher| {
        for (call, path, to) in [
            ("symlink", "../../outside/canary", "made"),
            ("symlink", "/etc/passwd", "made"),
            ("symlink", "own", "made"),
            ("symlink", "own", "../made"),
            ("link", "own", "made"),
            ("link", "../database.db", "made"),
            ("link", "absolute", "made"),
            ("rename", "below/relative", "moved"),
            ("rename", "inside", "below/inside"),
        ] {
            let outcome = attempt(launcher, &format!("{call}?path={path}&to={to}")).await;
            assert!(outcome.contains("not-permitted"), "{call} {path} {to}: {outcome}");
        }
        let files = launcher.folder().join("data/files");
        assert!(!files.join("made").exists() && files.join("below/relative").is_symlink());
        // One that stays inside may be read, and any may be removed: the name goes, and nothing else.
        assert_eq!(attempt(launcher, "read?path=inside").await, "read own");
        for link in ["inside", "absolute", "relative-folder", "dangling"] {
            assert_eq!(attempt(launcher, &format!("unlink?path={link}")).await, "done");
            assert!(!files.join(link).is_symlink());
        }
    })
    .await;
}

#[tokio::test]
async fn files_the_folder_itself_stays() {
    contained(async |launcher| {
        for call in [
            "rmdir?path=.",
            "rmdir?path=./",
            "rmdir?path=",
            "rmdir?path=below/..",
            "unlink?path=.",
            "rename?path=.&to=moved",
            "rename?path=.&to=../moved",
            "rename?path=below&to=.",
            "rename?path=below&to=below/within",
            "rename-out?path=below&to=own",
        ] {
            let outcome = attempt(launcher, call).await;
            assert_ne!(outcome, "done", "{call}");
        }
        assert_eq!(attempt(launcher, "read?path=own").await, "read own");
        assert_eq!(attempt(launcher, "rmdir?path=below").await, "not-empty");
    })
    .await;
}

#[tokio::test]
async fn files_that_are_none_are_not_opened() {
    contained(async |launcher| {
        for path in ["pipe", "socket"] {
            for call in ["read", "write", "truncate", "list", "times"] {
                assert_eq!(attempt(launcher, &format!("{call}?path={path}")).await, "not-permitted", "{call} {path}");
            }
            assert_eq!(attempt(launcher, &format!("stat?path={path}")).await, "done");
            assert_eq!(attempt(launcher, &format!("rename?path={path}&to=renamed")).await, "done");
            assert_eq!(attempt(launcher, "unlink?path=renamed").await, "done");
        }
    })
    .await;
}

#[tokio::test]
async fn files_with_odd_and_long_names() {
    use std::os::unix::ffi::OsStrExt;
    contained(async |launcher| {
        let long = "n".repeat(255);
        for (path, outcome) in [
            (long.as_str(), "done"),
            (&format!("{long}n"), "name-too-long"),
            (&"n/".repeat(4096), "name-too-long"),
            ("%00", "invalid"),
            ("with%00zero", "invalid"),
            ("line%0Abreak", "done"),
            ("back%5Cslash", "done"),
            ("%E2%80%AE", "done"),
            ("...", "done"),
            ("-rf", "done"),
        ] {
            let got = attempt(launcher, &format!("mkdir?path={path}")).await;
            assert_eq!(got, outcome, "{path}");
        }
        // Not UTF-8, which only others can make: the listing fails, and nothing else.
        let odd = launcher.folder().join("data/files").join(std::ffi::OsStr::from_bytes(b"odd\xff"));
        fs::write(&odd, "").unwrap();
        assert_eq!(attempt(launcher, "list?path=.").await, "illegal-byte-sequence");
        assert_eq!(attempt(launcher, "list?path=below").await, "relative");
    })
    .await;
}
