//! Programs that are run for what they print.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

use super::{BuildError, Stderr};
use crate::temps::Exit;

/// The cargo to use: that which runs this program, if one does.
pub(super) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A command that is run in `dir`, and ends with this program.
pub(super) fn command(program: impl Into<OsString>, arguments: &[&str], dir: &Path) -> Command {
    let mut command = Command::new(program.into());
    command.args(arguments).current_dir(dir).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// The error for a program that cannot be run.
pub(super) fn not_run(program: &'static str) -> impl FnOnce(io::Error) -> BuildError {
    move |source| BuildError::Program { program: program.to_owned(), source }
}

/// The words that cargo begins a line with which says what it is doing, and not what is wrong.
const PROGRESS: [&str; 6] = ["Adding", "Blocking", "Downloaded", "Downloading", "Locking", "Updating"];

/// What the command prints on stdout, with cargo's progress on the way shown as it comes.
pub(super) async fn output_with_progress(
    program: &'static str,
    arguments: &[&str],
    command: &mut Command,
    stderr: Stderr<'_>,
) -> Result<String, BuildError> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(not_run(program))?;
    let (mut out, err) = (child.stdout.take(), child.stderr.take());
    let mut printed = String::new();
    let read = async {
        match &mut out {
            Some(out) => out.read_to_string(&mut printed).await.map(drop),
            None => Ok(()),
        }
    };
    let mut said = String::new();
    let progress = async {
        let Some(err) = err else { return Ok(()) };
        let mut lines = BufReader::new(err).lines();
        while let Some(line) = lines.next_line().await? {
            let is_progress = line.split_whitespace().next().is_some_and(|word| PROGRESS.contains(&word));
            if is_progress {
                stderr.write(&line);
            } else {
                said.push_str(&line);
                said.push('\n');
            }
        }
        Ok(())
    };
    tokio::try_join!(read, progress).map_err(not_run(program))?;
    let status = child.wait().await.map_err(not_run(program))?;
    if !status.success() {
        return Err(failed(program, arguments, status, said));
    }
    Ok(printed)
}

fn failed(program: &str, arguments: &[&str], status: ExitStatus, stderr: String) -> BuildError {
    BuildError::Failed { command: format!("{program} {}", arguments.join(" ")), status: Exit::from(status).to_string(), stderr }
}

/// What the command prints on stdout. Its stderr is in the error.
pub(super) async fn output(program: &'static str, arguments: &[&str], command: &mut Command) -> Result<String, BuildError> {
    let output = command.output().await.map_err(not_run(program))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(failed(program, arguments, output.status, stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
