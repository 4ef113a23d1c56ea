use std::io;
use std::path::PathBuf;

use super::bind::MAX_PATH_BYTES;

/// Why the socket cannot be bound. Each names the path.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SocketError {
    /// The path does not fit into the system's address.
    #[error(
        "the socket path {} has {} bytes, and the system takes at most {MAX_PATH_BYTES}: use a shorter one",
        path.display(), path.as_os_str().len()
    )]
    PathTooLong {
        /// The path.
        path: PathBuf,
    },
    /// Something else lies at the path.
    #[error("{} exists and is no socket: it is left alone; remove it or use another path", path.display())]
    NotASocket {
        /// The path.
        path: PathBuf,
    },
    /// Another process listens there.
    #[error("another process listens on {}: stop it or use another path", path.display())]
    InUse {
        /// The path.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {step} the socket {}: {source}", path.display())]
    System {
        /// What was tried.
        step: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
