use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::UninstallError;

/// What a launcher locks as long as it lives, in the data directory. It is also what tells one from any other folder.
const LOCK: &str = ".launcher/lock";

/// The data directory of a plugin that does not run, and cannot start meanwhile.
#[derive(Debug)]
pub(super) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    pub(super) fn lock(path: &Path) -> Result<Self, UninstallError> {
        let failed = |source| UninstallError::Remove { doing: "lock", path: path.to_owned(), source };
        // A link would be removed, and what it leads to would stay.
        let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        let lock = match File::open(path.join(LOCK)) {
            Ok(lock) if is_folder => lock,
            Ok(_) => return Err(UninstallError::NoData { path: path.to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound || error.kind() == io::ErrorKind::NotADirectory => {
                return Err(UninstallError::NoData { path: path.to_owned() });
            }
            Err(source) => return Err(failed(source)),
        };
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(Errno::WOULDBLOCK) => Err(UninstallError::InUse { path: path.to_owned() }),
            Err(error) => Err(failed(error.into())),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it with all that is in it. Links in it are removed, and what they lead to stays.
    pub(super) fn remove(self) -> Result<(), UninstallError> {
        fs::remove_dir_all(&self.path).map_err(|source| UninstallError::Remove {
            doing: "remove",
            path: self.path.clone(),
            source,
        })
    }
}
