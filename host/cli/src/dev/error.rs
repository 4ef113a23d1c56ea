use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use http::StatusCode;

use super::watch::WatchError;
use crate::build::BuildError;
use crate::client::ClientError;
use crate::launcher::{Ending, LauncherError, POLICY, PrepareError, Style, log_end};
use crate::subject::SubjectError;
use crate::temps::{Exit, FixturesError, FolderError, LaunchFailure, Plugin, StartError};

/// Why a development run did not start, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// There is no plugin at the path.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The crate was not built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The launcher does not take the component.
    #[error(transparent)]
    Compile(PrepareError),
    /// There is no launcher.
    #[error(transparent)]
    Launcher(#[from] LauncherError),
    /// A launcher was given for what has one.
    #[error("{} is packed, and has its own launcher: leave out --launcher", path.display())]
    HasLauncher {
        /// The packed plugin.
        path: PathBuf,
    },
    /// Two plugins would have the same file name.
    #[error("two of the plugins are called `{name}`: their files in a plugins folder would have one name")]
    SameName {
        /// The name.
        name: String,
    },
    /// Sources cannot be watched.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The fixtures cannot be used.
    #[error(transparent)]
    Fixtures(#[from] FixturesError),
    /// The plugins folder cannot be made.
    #[error("cannot make a temporary plugins folder: {0}")]
    PluginsFolder(#[source] io::Error),
    /// The plugins folder cannot be filled.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A path cannot be made absolute.
    #[error("cannot use {}: {source}", path.display())]
    Path {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The signals that end a run cannot be listened to.
    #[error("cannot listen to signals: {0}")]
    Signals(#[source] io::Error),
    /// The local Temps did not start.
    #[error("{text}")]
    Start {
        /// Why.
        #[source]
        error: StartError,
        /// The same in words, with the cause that the launcher gave.
        text: String,
    },
    /// The plugin ended by itself.
    #[error("the plugin `{plugin}` ended by itself with {exit}{cause}")]
    Ended {
        /// The plugin.
        plugin: String,
        /// How.
        exit: Exit,
        /// The cause that the launcher gave, after a colon; empty when it gave none.
        cause: String,
    },
    /// Several plugins were given, and it is not said of which a path is to be fetched.
    #[error("--get is for one plugin: leave out the others")]
    GetOfSeveral,
    /// What was to be fetched is no path.
    #[error("--get {path}: not the path of a request")]
    GetPath {
        /// What was given.
        path: String,
    },
    /// What was to be fetched could not be asked for, or its body broke off.
    #[error("--get {path}: {reason}")]
    Get {
        /// The path.
        path: String,
        /// Why.
        reason: GetFailure,
    },
    /// What was to be fetched was answered with an error.
    #[error("--get {path}: the plugin answered {status}")]
    GetStatus {
        /// The path.
        path: String,
        /// The status.
        status: StatusCode,
    },
    /// Stdout cannot be written.
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
}

/// Why a fetch gave nothing, or only a part.
#[derive(Debug, thiserror::Error)]
pub enum GetFailure {
    /// No response.
    #[error(transparent)]
    Request(#[from] ClientError),
    /// The body broke off.
    #[error("the body broke off: {0}")]
    Body(#[from] axum::Error),
}

impl DevError {
    /// The error of a run whose plugins did not start, with the policy file of each by the plugin's file name. Other lines of the
    /// plugin's log were shown as they came, so they are not in it.
    pub(super) fn start(error: StartError, policies: &BTreeMap<String, PathBuf>) -> Self {
        let policy = match &error {
            StartError::Launch(launch) => policies.get(&launch.plugin),
            _ => None,
        };
        let text = start_text(&error, policy.map(PathBuf::as_path));
        Self::Start { error, text }
    }

    pub(super) fn ended(plugin: &Plugin, exit: Exit) -> Self {
        let cause = cause(&plugin.last_stderr());
        Self::Ended { plugin: plugin.name().to_owned(), exit, cause }
    }
}

/// Why there is no plugin, with the cause that its launcher gave in place of how the process ended.
///
/// The cause names a policy file beside the copy that `dev` runs, so a line says which file counts, where that one is not there yet.
pub(super) fn start_text(error: &StartError, policy: Option<&Path>) -> String {
    let StartError::Launch(launch) = error else { return error.to_string() };
    let mut text = match Ending::among(&launch.stderr) {
        Some(ending) => format!("plugin `{}` did not start: {ending}", launch.plugin),
        None => error.to_string(),
    };
    let is_policy = matches!(launch.reason, LaunchFailure::Ended { exit: Some(Exit { code: Some(POLICY), .. }), .. });
    if let Some(policy) = policy.filter(|policy| is_policy && !policy.exists()) {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n`temps-wasm dev` runs a copy of the plugin, with the policy in {}: put the lines there",
            policy.display()
        );
    }
    text
}

/// The same for the page: with the end of the plugin's log, where the launcher gave no cause.
pub(super) fn start_detail(error: &StartError, policy: Option<&Path>) -> String {
    let text = start_text(error, policy);
    match error {
        StartError::Launch(launch) if Ending::among(&launch.stderr).is_none() => {
            text + &log_end(&launch.stderr, Style { colour: false })
        }
        _ => text,
    }
}

/// The cause of an end among the last lines of a log, after a colon.
pub(super) fn cause(lines: &[String]) -> String {
    Ending::among(lines).map_or_else(String::new, |ending| format!(": {ending}"))
}
