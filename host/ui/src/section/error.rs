use super::VERSION;
use crate::UiError;

/// Why a section holds no user interface.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// It ends before its index does.
    #[error("it is cut off within its index")]
    Cut,
    /// The index is none.
    #[error("its index cannot be read: {0}")]
    Index(#[from] serde_json::Error),
    /// The index is of another version.
    #[error(
        "it has version {found} of the form, and this program knows {VERSION}: use the program that it was packed for, or pack it again"
    )]
    Version {
        /// The version.
        found: u32,
    },
    /// A hash that is none.
    #[error("the hash of {path:?} is none")]
    Hash {
        /// The file.
        path: String,
    },
    /// The files and what there is of them do not have one length.
    #[error("its files have {expected} bytes, and there are {found}")]
    Length {
        /// As the index says.
        expected: u64,
        /// As it is.
        found: u64,
    },
    /// What is in it is no user interface, or more than is allowed.
    #[error(transparent)]
    Files(#[from] UiError),
}
