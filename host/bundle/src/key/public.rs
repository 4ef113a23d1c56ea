use std::fmt;
use std::path::Path;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};

use super::error::{KeyError, TextFault};
use super::{KeyId, text};

/// The key that signatures are checked with. Its text is `temps-plugin-key v1` and Base64, on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    pub(super) const fn new(key: VerifyingKey) -> Self {
        Self(key)
    }

    /// Reads a text, with white space around it or not.
    ///
    /// # Errors
    ///
    /// [`TextFault`] for anything but a public key, and for the few keys that fit signatures of anybody.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let bytes = text::decode(text::PUBLIC, text)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| TextFault::Damaged)?;
        if key.is_weak() { Err(TextFault::Damaged) } else { Ok(Self(key)) }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let read = text::open(path).and_then(|file| text::read(&file));
        let text = read.map_err(|source| KeyError::File { doing: "read", path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|fault| KeyError::Text { path: path.to_owned(), fault })
    }

    /// What a bundle names it by.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(self.0.as_bytes())
    }

    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = TextFault;

    fn from_str(text: &str) -> Result<Self, TextFault> {
        Self::parse(text)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(text::PUBLIC, self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}
