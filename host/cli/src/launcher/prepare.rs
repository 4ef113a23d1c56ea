use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::log_line::{Style, log_end, render};
use super::{Ending, find_launcher};
use crate::temps::Exit;

/// What the launcher writes the description to.
const DESCRIPTION: &str = "description.json";

/// What the launcher writes the code to.
const CODE: &str = "code";

/// What the launcher writes the user interface to, of a component that has one.
const UI: &str = "ui";

/// The exit code of a launcher that does not take its command line, as one does that has no `--prepare` yet, or that cannot write.
const USAGE: i32 = 2;

/// The exit codes of a launcher that does not take the component, from one that it cannot read to one that traps.
const COMPONENT: std::ops::RangeInclusive<i32> = 3..=6;

/// The exit code of a launcher whose policy cannot be used, or does not let the plugin run.
pub(crate) const POLICY: i32 = 11;

/// The lines of the launcher's log that an error shows: 20, where it has one or two unless RUST_LOG asks for more.
const SHOWN_LINES: usize = 20;

/// What a launcher made of a component, for a start that need not make it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What the plugin says of itself, as JSON.
    pub description: Vec<u8>,
    /// The code for the launcher's own engine and kind of CPU.
    pub code: Vec<u8>,
    /// The files of its user interface with their compressed forms, if it has one.
    pub ui: Option<Vec<u8>>,
    /// What the launcher warned of, a line each, to be shown.
    pub warnings: Vec<String>,
}

/// Why a launcher did not prepare a component.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// There is no place for what it makes.
    #[error("cannot make a temporary folder: {0}")]
    Folder(#[source] io::Error),
    /// The launcher cannot be run, such as one that is linked with a C library that is not here.
    #[error("cannot run the launcher {}, is it for this system? {source}", launcher.display())]
    Run {
        /// The launcher.
        launcher: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The launcher does not take the command line, or cannot write what it made.
    #[error("the launcher {} did not prepare the component: is it of the version of temps-wasm?{log}", launcher.display())]
    Usage {
        /// The launcher.
        launcher: PathBuf,
        /// The end of its log, with a heading; empty when there is none.
        log: String,
    },
    /// The launcher does not take the component.
    #[error("{} cannot run as a plugin: {reason}", component.display())]
    Refused {
        /// The component.
        component: PathBuf,
        /// The cause that the launcher gave, with its hint; else how it ended, with the end of its log.
        reason: String,
    },
    /// The launcher itself failed.
    #[error("the launcher {} failed with {exit}{log}", launcher.display())]
    Failed {
        /// The launcher.
        launcher: PathBuf,
        /// How it ended.
        exit: Exit,
        /// The end of its log, with a heading; empty when there is none.
        log: String,
    },
    /// The launcher did not write what it is for.
    #[error("the launcher {} wrote no `{file}`, and said that all went well: {source}", launcher.display())]
    Missing {
        /// The launcher.
        launcher: PathBuf,
        /// The file's name.
        file: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// Has `launcher` load the component, ask it what it is, and compile it. The launcher runs the component's code for that, in its sandbox.
///
/// # Errors
///
/// [`PrepareError`]. Dropped, it kills the launcher.
pub async fn prepare(launcher: &Path, component: &Path) -> Result<Prepared, PrepareError> {
    let folder = tempfile::Builder::new().prefix("temps-prepare-").tempdir().map_err(PrepareError::Folder)?;
    let arguments: [&OsStr; 2] = ["--prepare".as_ref(), folder.path().as_ref()];
    let warnings = run(launcher, &arguments, component).await?;
    let read = |file: &'static str| {
        let missing = |source| PrepareError::Missing { launcher: launcher.to_owned(), file, source };
        fs::read(folder.path().join(file)).map_err(missing)
    };
    let ui = match fs::read(folder.path().join(UI)) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => None,
        read => Some(read.map_err(|source| PrepareError::Missing { launcher: launcher.to_owned(), file: UI, source })?),
    };
    Ok(Prepared { description: read(DESCRIPTION)?, code: read(CODE)?, ui, warnings })
}

/// Has `launcher` compile the component for its next start with this data directory, in which another one may run. None of its code runs.
///
/// # Errors
///
/// [`PrepareError`]. Dropped, it kills the launcher.
pub async fn compile(launcher: &Path, component: &Path, data_dir: &Path) -> Result<(), PrepareError> {
    let arguments: [&OsStr; 3] = ["--compile".as_ref(), "--data-dir".as_ref(), data_dir.as_ref()];
    run(launcher, &arguments, component).await.map(drop)
}

/// Runs the launcher on a component, and gives what it warned of, a line each.
async fn run(launcher: &Path, arguments: &[&OsStr], component: &Path) -> Result<Vec<String>, PrepareError> {
    // A name alone would be looked for in `PATH`.
    let program = std::path::absolute(launcher).unwrap_or_else(|_| launcher.to_owned());
    let mut command = Command::new(program);
    command.args(arguments).arg("--component").arg(component);
    if std::env::var_os("RUST_LOG").is_none() {
        command.env("RUST_LOG", "warn");
    }
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.map_err(|source| PrepareError::Run { launcher: launcher.to_owned(), source })?;

    let style = Style::of_stderr();
    let lines: Vec<String> = String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned).collect();
    if output.status.success() {
        return Ok(lines.iter().map(|line| render(line, style)).collect());
    }
    let log = log_end(lines.get(lines.len().saturating_sub(SHOWN_LINES)..).unwrap_or_default(), style);
    Err(match output.status.code() {
        Some(USAGE) => PrepareError::Usage { launcher: launcher.to_owned(), log },
        Some(code) if COMPONENT.contains(&code) || code == POLICY => {
            let reason = match Ending::among(&lines) {
                Some(ending) => match ending.backtrace() {
                    Some(backtrace) => format!("{ending}\n    {backtrace}"),
                    None => ending.to_string(),
                },
                None => format!("the launcher ended with {}{log}", Exit::from(output.status)),
            };
            PrepareError::Refused { component: component.to_owned(), reason }
        }
        _ => PrepareError::Failed { launcher: launcher.to_owned(), exit: output.status.into(), log },
    })
}

/// What the launcher beside this program, or in `PATH`, has to say of a component that was built, a line each: what it warns of, and
/// why it would not run it. Nothing without a launcher, or with one that cannot prepare.
pub(crate) async fn remarks(component: &Path) -> Vec<String> {
    let Ok(launcher) = find_launcher(None) else { return Vec::new() };
    match prepare(&launcher, component).await {
        Ok(prepared) => prepared.warnings,
        Err(error @ PrepareError::Refused { .. }) => vec![format!("warning: {error}")],
        Err(
            PrepareError::Folder(_)
            | PrepareError::Run { .. }
            | PrepareError::Usage { .. }
            | PrepareError::Failed { .. }
            | PrepareError::Missing { .. },
        ) => Vec::new(),
    }
}
