//! The file: who may write to it.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::process::geteuid;

use crate::bounds::FILE_BYTES;
use crate::{Fault, Place, Policy, PolicyError};

/// The mode's bit that lets everybody write.
const OTHERS_WRITE: u32 = 0o002;

impl Policy {
    /// Reads the file at `path`.
    ///
    /// Whoever writes to it decides what the plugin may do. So it has to be a regular file and no link to one, belong to root or to the user that this process
    /// runs as, and not be writable by everybody. That its group may write to it is the owner's choice. All of it is asked of the file that is open, so that
    /// it cannot be another one by then. Who may write to the folder is not looked at: they could replace the plugin just as well.
    ///
    /// # Errors
    ///
    /// [`PolicyError`]: the file cannot be read, is not one that counts, or there is something wrong in it.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let fail = |place, fault| PolicyError { path: path.to_owned(), place, fault: Box::new(fault) };
        let bytes = read(path).map_err(|fault| fail(None, fault))?;
        match str::from_utf8(&bytes) {
            Ok(text) => Self::parse(path, text),
            Err(error) => {
                let before = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
                Err(fail(Some(Place::of(&before, before.len())), Fault::NotUtf8))
            }
        }
    }

    /// [`Policy::load`], or `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn load_if_there(path: &Path) -> Result<Option<Self>, PolicyError> {
        match Self::load(path) {
            Err(error) if matches!(&*error.fault, Fault::Read { source, .. } if source.kind() == io::ErrorKind::NotFound) => {
                Ok(None)
            }
            loaded => loaded.map(Some),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    // Without NONBLOCK, a pipe would be waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let open = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    let file = open.map_err(|source| match Errno::from_io_error(&source) {
        Some(Errno::LOOP) => Fault::SymbolicLink,
        _ => Fault::Read { doing: "open", source },
    })?;
    let failed = |source| Fault::Read { doing: "read", source };
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Fault::NotAFile);
    }
    let (owner, own) = (metadata.uid(), geteuid().as_raw());
    if owner != 0 && owner != own {
        return Err(Fault::Owner { owner, own });
    }
    if metadata.mode() & OTHERS_WRITE != 0 {
        return Err(Fault::Writable { mode: metadata.mode() & 0o7777 });
    }
    let mut bytes = Vec::new();
    // One more than there may be, so that more is seen.
    file.take(FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > FILE_BYTES { Err(Fault::TooLong) } else { Ok(bytes) }
}
