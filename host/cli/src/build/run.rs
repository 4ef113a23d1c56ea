//! Programs that are run for what they print.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::BuildError;
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

/// What the command prints on stdout. Its stderr is in the error.
pub(super) async fn output(program: &'static str, arguments: &[&str], command: &mut Command) -> Result<String, BuildError> {
    let output = command.output().await.map_err(not_run(program))?;
    if !output.status.success() {
        return Err(BuildError::Failed {
            command: format!("{program} {}", arguments.join(" ")),
            status: Exit::from(output.status).to_string(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
