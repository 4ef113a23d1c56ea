use std::io;
use std::path::{Path, PathBuf};

use crate::http::{AdvanceError, Answer};

/// Why there is nothing to report.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error("cannot {action} {}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    #[error("cannot wait for sockets: {0}")]
    Poll(io::Error),
    #[error("{what} does not build: run `{command}` to see why")]
    Build { what: &'static str, command: String },
    #[error("{side} did not start: it ended before its {line} (what it wrote to stderr is above)")]
    Start { side: &'static str, line: &'static str },
    #[error("the plugin cannot be packed: {said}")]
    Pack { said: String },
    #[error("the channel cannot be opened: {reason}")]
    Channel { reason: String },
    #[error("{side} did not answer {path} with 200 within {limit:?}: the last status was {last:?}")]
    NoAnswer { side: &'static str, path: &'static str, limit: std::time::Duration, last: Option<u16> },
    #[error("{case}: a request failed: {source}")]
    Request { case: &'static str, source: AdvanceError },
    #[error("{case}: {side} answered with status {status} and another body than expected: {body}")]
    Body { side: &'static str, case: &'static str, status: u16, body: String },
    #[error("{case}: answered with status {} and {} bytes, which is not what was expected", got.status, got.length)]
    Answer { case: &'static str, got: Answer },
    #[error("the figures cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("no case has `{only}` in its name: there are {cases}")]
    NoCase { only: String, cases: String },
}

impl BenchError {
    /// An error about the channel, for `map_err`.
    pub fn channel(error: impl ToString) -> Self {
        Self::Channel { reason: error.to_string() }
    }

    /// An error about a file or a socket, for `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
