use std::fmt;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};

use super::error::{KeyError, TextFault};
use super::{PublicKey, text};

/// The permissions of a secret key's file.
const MODE: u32 = 0o600;

/// The permissions that nobody but the owner may have.
const OF_OTHERS: u32 = 0o077;

/// The secret key that bundles are signed with, and the public one that belongs to it. Its text is `temps-plugin-secret-key v1` and Base64, on one line.
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// A new one.
    ///
    /// # Errors
    ///
    /// [`KeyError::Random`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(KeyError::Random)?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    /// Reads a text, with white space around it or not.
    ///
    /// # Errors
    ///
    /// [`TextFault`] for anything but a secret key.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        text::decode(text::SECRET, text).map(|secret| Self(SigningKey::from_bytes(&secret)))
    }

    /// Reads the file at `path`, which has to be its owner's alone.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { doing: "read", path: path.to_owned(), source };
        let file = text::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
        if mode & OF_OTHERS != 0 {
            return Err(KeyError::Exposed { path: path.to_owned(), mode });
        }
        let text = text::read(&file).map_err(failed)?;
        Self::parse(&text).map_err(|fault| KeyError::Text { path: path.to_owned(), fault })
    }

    /// Writes it to a new file that is its owner's alone. It is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`KeyError`], also when there is a file already.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let failed = |source: std::io::Error| match source.kind() {
            ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
            _ => KeyError::File { doing: "write", path: path.to_owned(), source },
        };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path).map_err(failed)?;
        let line = text::encode(text::SECRET, self.0.as_bytes()) + "\n";
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public().id())
    }
}
