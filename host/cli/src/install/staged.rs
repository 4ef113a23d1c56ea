//! A file that is written beside its place, and put there at once.

use std::ffi::OsString;
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Gid, Uid, fchown};
use tempfile::NamedTempFile;

use super::InstallError;

/// A file on the disk that is not in its place. Dropped, it is gone.
#[derive(Debug)]
pub(super) struct Staged {
    file: NamedTempFile,
    target: PathBuf,
}

impl Staged {
    /// Its name begins with a dot, so that Temps passes over it; so does a kill's rest.
    pub(super) fn new(target: &Path, mode: u32, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<Self, InstallError> {
        let folder = folder_of(target);
        let prefix: OsString = [".".as_ref(), target.file_name().unwrap_or_default(), ".".as_ref()].into_iter().collect();
        let made = tempfile::Builder::new().prefix(&prefix).suffix(".new").tempfile_in(folder);
        let mut file = made.map_err(failed("make a file in", folder))?;
        write(file.as_file_mut()).map_err(failed("write", target))?;
        file.as_file().set_permissions(Permissions::from_mode(mode)).map_err(failed("set the mode of", target))?;
        file.as_file().sync_all().map_err(failed("write to the disk", target))?;
        Ok(Self { file, target: target.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it in its place. What was there is what it was, or this.
    pub(super) fn commit(self) -> Result<(), InstallError> {
        let Self { file, target } = self;
        file.persist(&target).map_err(|error| failed("replace", &target)(error.error))?;
        // The name is in the folder, and that is not on the disk before this.
        let folder = folder_of(&target);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("write to the disk the folder", folder))
    }
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

pub(super) fn failed(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> InstallError + use<> {
    let path = path.to_owned();
    move |source| InstallError::Write { doing, path: path.clone(), source }
}

/// What a file keeps when it is written anew.
pub(super) fn mode_and_owner(metadata: &Metadata) -> (u32, Option<(u32, u32)>) {
    (metadata.mode() & 0o7777, Some((metadata.uid(), metadata.gid())))
}

/// Gives a new file the owner and group of the one that it replaces, as far as this process may.
pub(super) fn give(file: &File, owner: Option<(u32, u32)>) {
    if let Some((uid, gid)) = owner {
        // A file of this process's own is one that counts just as well.
        let _ = fchown(file, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
    }
}
