use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DistError {
    #[error("cannot read or write {}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("cannot run `{program}`: {source}")]
    Run { program: String, source: io::Error },
    #[error("`{command}` failed with {status}{}", said(stderr))]
    Failed { command: String, status: ExitStatus, stderr: String },
    #[error(
        "cannot tell when the sources were changed last: {0}; set SOURCE_DATE_EPOCH to that time, in seconds since 1970"
    )]
    NoTime(Box<DistError>),
    #[error("cargo does not describe this workspace: {0}")]
    Metadata(#[from] cargo_metadata::Error),
    #[error("the workspace has no package `{0}`")]
    NoPackage(String),
    #[error("cargo built no program for the package `{0}`")]
    NoProgram(&'static str),
    #[error("{} is not the TOML that is expected: {reason}", path.display())]
    Toml { path: PathBuf, reason: String },
    #[error("the SBOM cannot be written: {0}")]
    Sbom(String),
    #[error("{0:?} is not a time in seconds since 1970: set SOURCE_DATE_EPOCH")]
    Time(String),
}

/// Names the file that a failure of the system is about.
pub(super) trait At<T> {
    fn at(self, path: &Path) -> Result<T, DistError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, DistError> {
        self.map_err(|source| DistError::File { path: path.to_owned(), source })
    }
}

fn said(stderr: &str) -> String {
    if stderr.trim().is_empty() { String::new() } else { format!(": {}", stderr.trim()) }
}
