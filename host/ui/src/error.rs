use crate::PathFault;

/// What is wrong with the files that a component gave. Paths are shown escaped: they are the plugin's, and may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UiError {
    /// More files than [`FILES`](crate::limits::FILES).
    #[error("it has {files} files, and {limit} are allowed (limit ui_files)")]
    Files {
        /// How many there are.
        files: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A path that names no file below the interface's folder.
    #[error("the path {path:?}: {fault}")]
    Path {
        /// The path; of a long one the beginning.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// Two files with one path.
    #[error("the path {path:?} is there twice")]
    Twice {
        /// The path.
        path: String,
    },
    /// A file that was announced is not there.
    #[error("there is no file {path:?}, though the plugin says that there is")]
    Missing {
        /// Its path.
        path: String,
    },
    /// A file with more than [`FILE_BYTES`](crate::limits::FILE_BYTES).
    #[error("the file {path:?} has {bytes} bytes, and {limit} are allowed (limit ui_file_bytes)")]
    FileBytes {
        /// Its path.
        path: String,
        /// Its bytes.
        bytes: u64,
        /// How many are allowed.
        limit: usize,
    },
    /// The files have more than [`BYTES`](crate::limits::BYTES), the one that is named being the first beyond it.
    #[error("its files have more than {limit} bytes, with {path:?} and those before it (limit ui_bytes)")]
    Bytes {
        /// The file.
        path: String,
        /// How many are allowed.
        limit: usize,
    },
    /// There is no page to begin with.
    #[error("it has no index.html: is the folder that is embedded the one that the build writes to?")]
    NoIndex,
}
