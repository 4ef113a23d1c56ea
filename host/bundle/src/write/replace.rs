use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::WriteError;

/// The permissions of an executable: for everybody, and to be changed by its owner.
const MODE: u32 = 0o755;

/// Puts a new executable to `target`, at once and whole: who looks there sees what was there before, or all of what `write` wrote. It is on the disk then.
///
/// A link at `target` is replaced, and what it leads to stays as it is. The new file is written beside it, under a name that begins with a dot, so that a host
/// that lists plugins passes over it. A kill leaves that one behind.
pub(super) fn replace(target: &Path, write: impl FnOnce(&mut File) -> Result<(), WriteError>) -> Result<(), WriteError> {
    let failed = |doing, path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| WriteError::Target { doing, path, source }
    };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = target.file_name().ok_or(io::ErrorKind::IsADirectory.into()).map_err(failed("write to", target))?;
    let prefix: OsString = [".".as_ref(), name, ".".as_ref()].into_iter().collect();
    let mut file =
        tempfile::Builder::new().prefix(&prefix).suffix(".new").tempfile_in(folder).map_err(failed("make a file in", folder))?;
    write(file.as_file_mut())?;
    file.as_file().set_permissions(Permissions::from_mode(MODE)).map_err(failed("make executable", file.path()))?;
    file.as_file().sync_all().map_err(failed("write to the disk", file.path()))?;
    file.persist(target).map_err(|error| error.error).map_err(failed("replace", target))?;
    // The name is in the folder, and that is not on the disk before this.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("write to the disk the folder", folder))
}
