use std::fs::{File, remove_file};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{Launcher, Start};

/// A small file system of its own. Dropped, it is taken away.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one, for which a test needs to be root.
    fn mount(at: &Path) -> Self {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(at).status().unwrap();
        assert!(mounted.success(), "a file system cannot be mounted");
        Self(at.to_owned())
    }

    /// Fills what is left of it.
    fn fill(&self) {
        let mut file = File::create(self.filler()).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn free(&self) {
        remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}

async fn post(launcher: &Launcher, path: &str, sql: &str) -> String {
    launcher.client().post(path, sql.to_owned()).await.text
}

/// Writes until it fails. The words of the failure.
async fn write_until_full(launcher: &Launcher) -> String {
    loop {
        let said = post(launcher, "/execute/notes", "INSERT INTO note VALUES (randomblob(50000))").await;
        if !said.starts_with("ok") {
            return said;
        }
    }
}

async fn goes_on_after_space_is_freed(launcher: &Launcher, free: impl AsyncFn()) {
    let said = write_until_full(launcher).await;
    assert!(said.starts_with("full: "), "{said}");
    let count = post(launcher, "/query/notes", "SELECT count(*) FROM note").await;
    assert!(count.starts_with("ok"), "it reads no more: {count}");
    assert_eq!(launcher.get("/health").await.text, "ok");
    free().await;
    let said = post(launcher, "/execute/notes", "INSERT INTO note VALUES (randomblob(50000))").await;
    assert_eq!(said, "ok 1");
    assert_eq!(post(launcher, "/query/notes", "PRAGMA integrity_check").await, "ok ok ");
}

#[tokio::test]
async fn a_full_disk_is_an_error_until_there_is_room() {
    // Who is not root cannot mount; the test beside this one needs no leave.
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: a full disk is not tried, only a full database");
        return;
    }
    let start = Start::with(test_guests::SQL).compiled_anew();
    let data = start.folder().join("data");
    std::fs::create_dir(&data).unwrap();
    let disk = SmallDisk::mount(&data);
    let (launcher, _channel) = start.running().await;
    assert_eq!(post(&launcher, "/execute/notes", "CREATE TABLE note (bytes BLOB)").await, "ok 0");
    disk.fill();
    goes_on_after_space_is_freed(&launcher, async || disk.free()).await;
    // A database that is opened for the first time on a full disk.
    disk.fill();
    let said = post(&launcher, "/execute/second", "CREATE TABLE note (bytes BLOB)").await;
    assert!(said.starts_with("full: "), "{said}");
    disk.free();
    assert_eq!(post(&launcher, "/execute/second", "CREATE TABLE note (bytes BLOB)").await, "ok 0");
    launcher.stop().await;
}

#[tokio::test]
async fn a_full_database_is_an_error_until_there_is_room() {
    let (launcher, _channel) = Start::with(test_guests::SQL).limit("database_size", "1MiB").running().await;
    assert_eq!(post(&launcher, "/execute/notes", "CREATE TABLE note (bytes BLOB)").await, "ok 0");
    goes_on_after_space_is_freed(&launcher, async || {
        let said = post(&launcher, "/execute/notes", "DELETE FROM note").await;
        assert!(said.starts_with("ok"), "{said}");
    })
    .await;
    launcher.stop().await;
}
