//! `temps-wasm unpack`: the component of a packed plugin.

use std::fs::Permissions;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use temps_plugin_bundle::{Bundle, BundleError};

/// The permissions of a component: nobody executes it.
const MODE: u32 = 0o644;

/// Why a component was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The bundle is not whole.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// There is no bundle.
    #[error("{} is not packed: there is no plugin in it, or a tool such as `strip` took it out", path.display())]
    NotPacked {
        /// The file.
        path: PathBuf,
    },
    /// There is a bundle without a component.
    #[error("{} has no component in it", path.display())]
    NoComponent {
        /// The file.
        path: PathBuf,
    },
    /// There is a file already.
    #[error("{} exists: --force overwrites it", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The component cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes the component that is packed in `file` to `out`, and says its length in bytes. It is there whole or not at all. What lies at `out` stays unless `force` is
/// given.
///
/// # Errors
///
/// [`UnpackError`].
pub fn unpack(file: &Path, out: &Path, force: bool) -> Result<u64, UnpackError> {
    let bundle = Bundle::open(file)?.ok_or_else(|| UnpackError::NotPacked { path: file.to_owned() })?;
    let component = bundle.component()?.ok_or_else(|| UnpackError::NoComponent { path: file.to_owned() })?;
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists if !force => UnpackError::Exists { path: out.to_owned() },
        _ => UnpackError::Write { path: out.to_owned(), source },
    };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".temps-unpack-").tempfile_in(folder).map_err(failed)?;
    new.write_all(&component).map_err(failed)?;
    new.as_file().set_permissions(Permissions::from_mode(MODE)).map_err(failed)?;
    let persisted = if force { new.persist(out) } else { new.persist_noclobber(out) };
    persisted.map_err(|error| failed(error.error))?;
    Ok(component.len() as u64)
}
