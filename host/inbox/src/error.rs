use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why the inbox cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// There is none: no launcher has run with this data directory.
    #[error("there is no inbox at {}: no plugin has run with this data directory", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The file cannot be opened, or is no inbox.
    #[error("cannot open the event inbox {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
    /// The file is another kind of thing, or its mode cannot be set.
    #[error("cannot use {} as the event inbox: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A newer launcher made it.
    #[error("the event inbox {} has version {found}, and this program knows up to {known}: use the newer one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest that is known here.
        known: usize,
    },
    /// The disk is full, or the file has as many bytes as it may.
    #[error("there is no room left for events: {0}")]
    Full(#[source] rusqlite::Error),
    /// There is no thread to be had for it.
    #[error("cannot start the event inbox's thread: {0}")]
    Thread(#[source] io::Error),
    /// The thread that works on the file panicked.
    #[error("the event inbox failed: the panic is in the log")]
    Panicked,
    /// The databases of the plugin have all of SQLite's memory.
    #[error("the event inbox has no memory: {0}")]
    NoMemory(#[source] rusqlite::Error),
    /// A read or write failed.
    #[error("the event inbox failed: {0}")]
    Database(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for InboxError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error),
            Some(ErrorCode::OutOfMemory) => Self::NoMemory(error),
            _ => Self::Database(error),
        }
    }
}
