//! `temps-wasm keygen`: the keys that packed plugins are signed and checked with.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use temps_plugin_bundle::{KeyError, KeyPair, PublicKey};

/// The permissions of a public key's file.
const MODE: u32 = 0o644;

/// Why there are no new keys.
#[derive(Debug, thiserror::Error)]
pub enum KeygenError {
    /// The secret key cannot be made or kept.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is a file where the public key would go.
    #[error("{} exists, and is not overwritten: choose another name for the secret key", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The public key cannot be kept.
    #[error("cannot write the public key {}: {source}", path.display())]
    Public {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Keys that were made.
#[derive(Debug)]
pub struct Made {
    /// The public key.
    pub public: PublicKey,
    /// Its file.
    pub path: PathBuf,
}

/// Writes a new secret key to `path`, for its owner alone, and its public key to the same name with `.pub` behind it. No file is overwritten: a key that is gone
/// cannot be had back.
///
/// # Errors
///
/// [`KeygenError`]. No file is left then.
pub fn keygen(path: &Path) -> Result<Made, KeygenError> {
    let key = KeyPair::generate()?;
    let public = key.public();
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    let beside = PathBuf::from(name);
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists => KeygenError::Exists { path: beside.clone() },
        _ => KeygenError::Public { path: beside.clone(), source },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&beside).map_err(failed)?;
    let written = writeln!(file, "{public}").and_then(|()| file.sync_all()).map_err(failed);
    // The secret comes last: there is none without its public key, which nothing but this tells.
    match written.and_then(|()| Ok(key.save(path)?)) {
        Ok(()) => Ok(Made { public, path: beside }),
        Err(error) => {
            // The error counts; a file that stays is named when it is tried again.
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn both_keys_are_kept_and_belong_together() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("release.key");
        let made = keygen(&path).unwrap();
        assert_eq!(made.path, dir.path().join("release.key.pub"));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&made.path) & 0o600, 0o600);
        assert_eq!(KeyPair::load(&path).unwrap().public(), PublicKey::load(&made.path).unwrap());
        assert_eq!(made.public, PublicKey::load(&made.path).unwrap());
    }

    #[test]
    fn no_file_is_overwritten_or_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        for (there, is_secret) in [("key", true), ("key.pub", false)] {
            fs::write(dir.path().join(there), "mine").unwrap();
            let error = keygen(&path).unwrap_err();
            assert_eq!(matches!(error, KeygenError::Key(KeyError::Exists { .. })), is_secret, "{error}");
            assert_eq!(matches!(error, KeygenError::Exists { .. }), !is_secret, "{error}");
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
            assert_eq!(fs::read(dir.path().join(there)).unwrap(), b"mine");
            fs::remove_file(dir.path().join(there)).unwrap();
        }
        assert!(matches!(keygen(&dir.path().join("no/key")).unwrap_err(), KeygenError::Public { .. }));
    }
}
