//! The plugin's own folder, held by one launcher at a time.
//!
//! | in it | what it is |
//! |---|---|
//! | `.launcher/` | the launcher's own; its `lock` file is locked as long as the process lives, and freed by the system however it ends |
//! | `files/` | what the guest sees as `/data`, and nothing else of this folder |

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use temps_plugin_runtime::{Files, FilesError, Limits};
use tokio::time::{Instant, sleep};

/// The data directory as the guest is told it.
pub(crate) const GUEST_DATA_DIR: &str = "/data";

/// How long a launcher waits for its predecessor to leave the folder: 2 s. A host that stops a plugin and starts it again does not wait for
/// the old process to be gone altogether.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// The launcher's own part of the folder.
const OWN: &str = ".launcher";

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
    /// A file or a link lies where the guest's files should.
    #[error("{} is not a folder: the plugin's files go there, so move it away", path.display())]
    NotAFolder {
        /// Where the folder should be.
        path: PathBuf,
    },
    /// The guest's files.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Another launcher has the folder.
    #[error("the data directory {} is in use by another launcher{holder}: stop it or use another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// ` (process 17)`, or nothing if that is not known.
        holder: String,
    },
}

/// The data directory, which is this launcher's alone until this is dropped.
#[derive(Debug)]
pub(crate) struct Locked {
    path: PathBuf,
    lock: File,
}

/// The data directory, locked until this is dropped, with the guest's files.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    files: Files,
    _lock: File,
}

impl Locked {
    /// Creates the folder and the launcher's part of it if it is not there, for this user only, and locks it.
    ///
    /// # Errors
    ///
    /// [`DataDirError`].
    pub(crate) async fn open(path: &Path) -> Result<Self, DataDirError> {
        create(path)?;
        let file = own_part(path).join("lock");
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
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Creates the guest's folder if it is not there, for this user only, and counts what is in it, of which there may be as much as `limits` allow.
    ///
    /// # Errors
    ///
    /// [`DataDirError`].
    pub(crate) async fn with_files(self, limits: &Limits) -> Result<DataDir, DataDirError> {
        let Self { path, lock } = self;
        let (folder, limits) = (path.join("files"), limits.clone());
        let opened = tokio::task::spawn_blocking(move || guest_files(folder, &limits)).await;
        let failed = |source: tokio::task::JoinError| DataDirError::Lock { path: path.join(OWN), source: source.into() };
        let files = opened.map_err(failed)??;
        Ok(DataDir { path, files, _lock: lock })
    }
}

/// Creates the folder and the launcher's part of it if they are not there, for this user only.
///
/// # Errors
///
/// [`DataDirError::Create`].
pub(crate) fn create(path: &Path) -> Result<(), DataDirError> {
    let created = DirBuilder::new().recursive(true).mode(0o700).create(own_part(path));
    created.map_err(|source| DataDirError::Create { path: path.to_owned(), source })
}

impl DataDir {
    /// The folder. The guest's databases lie in it, as those of a native plugin do.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the guest sees as [`GUEST_DATA_DIR`].
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }
}

/// The launcher's own part of a data directory.
pub(crate) fn own_part(data_dir: &Path) -> PathBuf {
    data_dir.join(OWN)
}

/// The guest's folder, which is never one somewhere else. It blocks.
fn guest_files(path: PathBuf, limits: &Limits) -> Result<Files, DataDirError> {
    match DirBuilder::new().mode(0o700).create(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
                return Err(DataDirError::NotAFolder { path });
            }
        }
        Err(source) => return Err(DataDirError::Create { path, source }),
    }
    Ok(Files::open(&path, limits)?)
}

/// Writes this process's number into the lock file, for the error of whoever comes second. Every number takes the same room, so that the file is never made
/// shorter: that can wait for the disk.
fn sign(lock: &mut File) -> io::Result<()> {
    lock.rewind()?;
    lock.write_all(format!("{:<10}\n", std::process::id()).as_bytes())
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
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    async fn open(path: &Path) -> Result<DataDir, DataDirError> {
        Locked::open(path).await?.with_files(&Limits::default()).await
    }

    #[tokio::test]
    async fn it_is_created_for_its_own_user() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        let _held = open(&path).await.unwrap();
        for path in [path.join("files"), path] {
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[tokio::test]
    async fn the_guests_files_are_a_folder_and_no_way_out() {
        let root = tempfile::tempdir().unwrap();
        let files = root.path().join("files");
        std::fs::write(&files, "").unwrap();
        let error = open(root.path()).await.unwrap_err();
        assert!(error.to_string().contains(&files.display().to_string()), "{error}");
        std::fs::remove_file(&files).unwrap();
        for target in ["nowhere", "/"] {
            symlink(target, &files).unwrap();
            assert!(matches!(open(root.path()).await.unwrap_err(), DataDirError::NotAFolder { .. }));
            std::fs::remove_file(&files).unwrap();
        }
        // As it is found the next time.
        for _ in 0..2 {
            drop(open(root.path()).await.unwrap());
        }
    }

    #[tokio::test]
    async fn the_second_launcher_is_told_who_has_it() {
        let root = tempfile::tempdir().unwrap();
        let _first = open(root.path()).await.unwrap();
        let error = open(root.path()).await.unwrap_err().to_string();
        assert!(error.contains("in use") && error.contains(&format!("process {}", std::process::id())), "{error}");
    }

    #[tokio::test]
    async fn a_predecessor_that_is_about_to_leave_is_waited_for() {
        let root = tempfile::tempdir().unwrap();
        let first = open(root.path()).await.unwrap();
        let (second, ()) = tokio::join!(open(root.path()), async {
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
        let error = open(&path).await.unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}
