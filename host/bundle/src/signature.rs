use std::path::PathBuf;

use crate::digest::{Digest, Digester};
use crate::error::BundleError;
use crate::{Bundle, Fault, KeyId, PublicKey};

/// What is signed, before the digest: no signature that was made for something else fits here.
const PURPOSE: &[u8] = b"temps-plugin-bundle v2 signature\n";

/// The message that is signed for a file with this digest.
pub(crate) fn message(digest: &Digest) -> Vec<u8> {
    [PURPOSE, digest.as_bytes()].concat()
}

/// Why a bundle is not from any of those who are trusted.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Nobody signed it, or the signature was taken off.
    #[error("{} is not signed: pack it with a key", path.display())]
    Unsigned {
        /// The file.
        path: PathBuf,
    },
    /// Signed with a key that is not among the given ones.
    #[error("{} is signed with the key {key}, which is not trusted here: add that key, if it is whose you think", path.display())]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// The id of the key that it names.
        key: KeyId,
    },
    /// It names a trusted key, and that key did not sign this.
    #[error("{} is not what the key {key} signed: it was altered", path.display())]
    Forged {
        /// The file.
        path: PathBuf,
        /// The key's id.
        key: KeyId,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl Bundle {
    /// The id of the key that it is said to be signed with. That is a claim: see [`Bundle::verify`].
    #[must_use]
    pub fn signed_by(&self) -> Option<KeyId> {
        self.trailer.signature.map(|signature| signature.key)
    }

    /// Checks that one of `keys` signed this file, the launcher among it, and says which one. It reads the whole file.
    ///
    /// It then also holds for the sections that are read from this value, before or after, because the signature covers their hashes.
    ///
    /// # Errors
    ///
    /// [`VerifyError`].
    pub fn verify(&self, keys: &[PublicKey]) -> Result<KeyId, VerifyError> {
        let path = || self.path.clone();
        let signature = self.trailer.signature.ok_or_else(|| VerifyError::Unsigned { path: path() })?;
        let named = keys.iter().find(|key| key.id() == signature.key);
        let key = named.ok_or_else(|| VerifyError::Untrusted { path: path(), key: signature.key })?;
        let mut digester = Digester::default();
        let end = self.trailer.directory.saturating_add(self.trailer.directory_bytes);
        self.source.digest(&mut digester, 0, end).map_err(Fault::ReadFile).map_err(BundleError::at(&self.path))?;
        // As it was read, so that what is in this value and what is signed are the same.
        digester.add(&self.trailer.signed_part());
        if key.has_signed(&message(&digester.finish()), &signature.bytes) {
            Ok(signature.key)
        } else {
            Err(VerifyError::Forged { path: path(), key: signature.key })
        }
    }
}
