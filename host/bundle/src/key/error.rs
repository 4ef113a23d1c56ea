use std::io;
use std::path::PathBuf;

use super::text::KEY_FILE_BYTES;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system has no random bytes.
    #[error("cannot make a key, because the system gives no random bytes: {0}")]
    Random(#[source] getrandom::Error),
    /// There is a file already: a key that is gone cannot be had back.
    #[error("{} exists, and is not overwritten: choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("cannot {doing} the key file {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A secret key that others than its owner can read.
    #[error("others can use the secret key {} (its mode is {mode:o}): chmod 600 it, and make a new one if somebody may have", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// What is in the file is no key.
    #[error("the key file {}: {fault}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        fault: TextFault,
    },
}

/// Why a text is not a key. None of these shows the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// It does not begin as keys do.
    #[error("this is no key: one begins with `{expected} v1`")]
    NotAKey {
        /// What the kind of key begins with that was asked for.
        expected: &'static str,
    },
    /// A secret key where a public one is wanted.
    #[error("this is the secret key: give the public one")]
    Secret,
    /// A public key where the secret one is wanted.
    #[error("this is the public key: the secret one is needed")]
    Public,
    /// A version that is not known here.
    #[error("this key has a version that is not known here: use a newer program")]
    Version,
    /// What follows is not one word of Base64 of 32 bytes that make a key.
    #[error("this key is damaged: after `v1` there is not one word of Base64 with the 32 bytes of a key")]
    Damaged,
    /// More than [`KEY_FILE_BYTES`].
    #[error("this is no key: one has at most {KEY_FILE_BYTES} bytes")]
    TooLong,
}
