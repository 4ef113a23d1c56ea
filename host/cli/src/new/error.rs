use std::io;
use std::path::PathBuf;

use super::{NameError, SdkError};

/// Why there is no new plugin.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The plugin's name is that of a folder in its crate, which the packed plugin could not lie beside.
    #[error("a plugin cannot be called `{name}` here, as its crate has a folder of that name: say another one with --name")]
    NameOfFolder {
        /// The name.
        name: String,
    },
    /// The folder has something in it.
    #[error("{} is not empty: give a folder that is not there yet", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// There is something else, or it would be in something else.
    #[error("{} cannot be a folder: there is a file of that name, or above it", path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// The folder cannot be looked into.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no SDK to depend on.
    #[error(transparent)]
    Sdk(#[from] SdkError),
    /// A question was not answered.
    #[error("cannot ask: {0}; flags answer in advance, and --yes takes the defaults")]
    Ask(#[source] io::Error),
    /// A template is wrong: a fault of this program.
    #[error("cannot render {path}, which is a fault of temps-wasm: {source}")]
    Template {
        /// The file that it would have become.
        path: &'static str,
        /// Why.
        source: minijinja::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no repository, and one was asked for.
    #[error("the plugin is made, but `git init` failed in it: {0}")]
    Git(#[source] io::Error),
}
