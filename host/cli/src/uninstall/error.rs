use std::io;
use std::path::PathBuf;

use crate::terminal::plain;

/// Why a plugin was not removed.
#[derive(Debug, thiserror::Error)]
pub enum UninstallError {
    /// There is no file of that name.
    #[error("there is no plugin `{}` in {}: `temps-wasm list` shows those that there are", plain(name), folder.display())]
    Missing {
        /// The name.
        name: String,
        /// The plugins folder.
        folder: PathBuf,
    },
    /// The file is something else.
    #[error("{} is no packed plugin: remove it by hand, with the component beside it if there is one", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The folder is not that of a plugin's data.
    #[error("{} is no plugin's data directory, since it has no .launcher/lock: nothing was removed", path.display())]
    NoData {
        /// The folder.
        path: PathBuf,
    },
    /// The plugin runs.
    #[error("a plugin runs with {}: stop it first. Nothing was removed", path.display())]
    InUse {
        /// The data directory.
        path: PathBuf,
    },
    /// Somebody has to say yes, and there is no terminal.
    #[error("nothing was removed: there is no terminal to ask on. Pass --yes")]
    NobodyToAsk,
    /// Somebody said no.
    #[error("nothing was removed: it was declined")]
    Declined,
    /// The terminal cannot be used.
    #[error("cannot ask: {0}")]
    Ask(#[source] io::Error),
    /// A file cannot be removed.
    #[error("cannot {doing} {}: {source}", path.display())]
    Remove {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
