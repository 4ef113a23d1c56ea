use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use http::StatusCode;

use super::report::Report;
use super::watch::WatchError;
use crate::build::BuildError;
use crate::client::ClientError;
use crate::launcher::{LauncherError, PrepareError};
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
    #[error("{error}{log}")]
    Start {
        /// Why.
        #[source]
        error: StartError,
        /// The end of the plugin's log, with a heading; empty when there is none.
        log: String,
    },
    /// The plugin ended by itself.
    #[error("the plugin `{plugin}` ended by itself with {exit}{log}")]
    Ended {
        /// The plugin.
        plugin: String,
        /// How.
        exit: Exit,
        /// The end of its log, with a heading; empty when there is none.
        log: String,
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
    /// The error of a run whose plugins did not start, with the policy file of each by the plugin's file name.
    pub(super) fn start(error: StartError, report: &Report, policies: &BTreeMap<String, PathBuf>) -> Self {
        let policy = match &error {
            StartError::Launch(launch) => policies.get(&launch.plugin),
            _ => None,
        };
        let log = start_log(&error, report, policy.map_or(Path::new(""), PathBuf::as_path));
        Self::Start { error, log }
    }

    pub(super) fn ended(plugin: &Plugin, exit: Exit, report: &Report) -> Self {
        Self::Ended { plugin: plugin.name().to_owned(), exit, log: report.log_end(&plugin.last_stderr()) }
    }
}

/// The exit code of a launcher whose policy cannot be used, or lacks what the plugin requires.
const POLICY: i32 = 11;

/// The end of the log of a plugin that did not start, with a heading; empty when there is none. The
/// log names a policy file beside the copy that `dev` runs, so a line says which file counts, where
/// that one is not there yet.
pub(super) fn start_log(error: &StartError, report: &Report, policy: &Path) -> String {
    let StartError::Launch(launch) = error else { return String::new() };
    let mut log = report.log_end(&launch.stderr);
    let is_policy = matches!(launch.reason, LaunchFailure::Ended { exit: Some(Exit { code: Some(POLICY), .. }), .. });
    if is_policy && !policy.exists() {
        // Writing to a string does not fail.
        let _ = write!(
            log,
            "\n`temps-wasm dev` runs a copy of the plugin, with the policy in {}: put the lines there",
            policy.display()
        );
    }
    log
}
