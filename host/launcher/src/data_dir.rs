//! The plugin's own folder, held by one launcher at a time.
//!
//! The launcher's own part of it is `.launcher/`; its `lock` file is locked as long as the process lives, and freed by the system however
//! it ends. The guest sees nothing of this folder yet.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use tokio::time::{Instant, sleep};

/// The data directory as the guest is told it.
pub(crate) const GUEST_DATA_DIR: &str = "/data";

/// How long a launcher waits for its predecessor to leave the folder: 2 s. A host that stops a plugin and starts it again does not wait for
/// the old process to be gone altogether.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// How often it looks.
const LOCK_LOOK: Duration = Duration::from_millis(20);

/// Why the data directory cannot be used. Each names a path.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataDirError {
    /// The folder, or the launcher's part of it, cannot be made.
    #[error("cannot create the data directory {}: {source}", path.display())]
    Create {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The lock file cannot be used.
    #[error("cannot lock the data directory with {}: {source}", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another launcher has the folder.
    #[error("the data directory {} is in use by another launcher{holder}: stop it or use another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// ` (process 17)`, or nothing if that is not known.
        holder: String,
    },
}

/// The data directory, locked until this is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    _lock: File,
}

impl DataDir {
    /// Creates the folder if it is not there, for this user only, and locks it.
    ///
    /// # Errors
    ///
    /// [`DataDirError`].
    pub(crate) async fn open(path: &Path) -> Result<Self, DataDirError> {
        let own = path.join(".launcher");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&own)
            .map_err(|source| DataDirError::Create { path: path.to_owned(), source })?;
        let file = own.join("lock");
        let failed = |source| DataDirError::Lock { path: file.clone(), source };
        let mut lock =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&file).map_err(failed)?;
        let last = Instant::now() + LOCK_WAIT;
        while let Err(error) = flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            if error != rustix::io::Errno::WOULDBLOCK {
                return Err(failed(error.into()));
            }
            if Instant::now() >= last {
                return Err(DataDirError::InUse { path: path.to_owned(), holder: holder(&mut lock) });
            }
            sleep(LOCK_LOOK).await;
        }
        sign(&mut lock).map_err(failed)?;
        Ok(Self { _lock: lock })
    }
}

/// Writes this process's number into the lock file, for the error of whoever comes second.
fn sign(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())
}

fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    match lock.take(32).read_to_string(&mut text) {
        Ok(_) => text.trim().parse::<u32>().map_or_else(|_| String::new(), |id| format!(" (process {id})")),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn it_is_created_for_its_own_user() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        let _held = DataDir::open(&path).await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[tokio::test]
    async fn the_second_launcher_is_told_who_has_it() {
        let root = tempfile::tempdir().unwrap();
        let _first = DataDir::open(root.path()).await.unwrap();
        let error = DataDir::open(root.path()).await.unwrap_err().to_string();
        assert!(error.contains("in use") && error.contains(&format!("process {}", std::process::id())), "{error}");
    }

    #[tokio::test]
    async fn a_predecessor_that_is_about_to_leave_is_waited_for() {
        let root = tempfile::tempdir().unwrap();
        let first = DataDir::open(root.path()).await.unwrap();
        let (second, ()) = tokio::join!(DataDir::open(root.path()), async {
            sleep(LOCK_LOOK * 3).await;
            drop(first);
        });
        second.unwrap();
    }

    #[tokio::test]
    async fn a_file_in_its_place_is_an_error_that_names_it() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("taken");
        std::fs::write(&path, "").unwrap();
        let error = DataDir::open(&path).await.unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}
