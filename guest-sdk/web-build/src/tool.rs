//! The tools that install and build: bun, or npm.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::WebBuildError;

/// All files that pin what is installed.
pub(crate) const LOCK_FILES: &[&str] = &["bun.lock", "bun.lockb", NPM_LOCK_FILE];

const NPM_LOCK_FILE: &str = "package-lock.json";

/// Lines of a failed tool's output that are shown: a stack trace and the error above it, and no more than fits a terminal.
const SHOWN_LINES: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bun,
    Npm,
}

/// A tool that is there.
#[derive(Debug)]
pub(crate) struct Tool {
    kind: Kind,
    program: PathBuf,
}

impl Tool {
    /// The tool for the folder, of those in `path`.
    pub(crate) fn find(web: &Path, path: &OsStr) -> Option<Self> {
        let order = match has_lock_file(web, Kind::Npm) && !has_lock_file(web, Kind::Bun) {
            true => [Kind::Npm, Kind::Bun],
            false => [Kind::Bun, Kind::Npm],
        };
        order.into_iter().find_map(|kind| Some(Self { kind, program: find_program(kind, path)? }))
    }

    /// Installs what `package.json` and the lock file ask for.
    pub(crate) fn install(&self, web: &Path, path: &OsStr) -> Result<(), WebBuildError> {
        let arguments: &[&str] = match (self.kind, has_lock_file(web, self.kind)) {
            (Kind::Bun, true) => &["install", "--frozen-lockfile"],
            (Kind::Npm, true) => &["ci", "--no-audit", "--no-fund"],
            (Kind::Bun, false) => &["install"],
            (Kind::Npm, false) => &["install", "--no-audit", "--no-fund"],
        };
        self.run(arguments, web, path).map(drop)
    }

    /// Runs the script `build` of `package.json`, and gives the command line.
    pub(crate) fn build(&self, web: &Path, path: &OsStr) -> Result<String, WebBuildError> {
        self.run(&["run", "build"], web, path)
    }

    fn run(&self, arguments: &[&str], web: &Path, path: &OsStr) -> Result<String, WebBuildError> {
        let name = match self.kind {
            Kind::Bun => "bun",
            Kind::Npm => "npm",
        };
        let command = format!("{name} {}", arguments.join(" "));
        // The output is not for cargo, which reads a build script's.
        let output = Command::new(&self.program)
            .args(arguments)
            .current_dir(web)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR")
            .stdin(Stdio::null())
            .output()
            .map_err(|source| WebBuildError::Start { command: command.clone(), folder: web.to_owned(), source })?;
        if output.status.success() {
            return Ok(command);
        }
        let tail = tail(&[output.stdout, output.stderr].concat());
        Err(WebBuildError::Failed { command, folder: web.to_owned(), status: output.status, tail })
    }
}

fn has_lock_file(web: &Path, kind: Kind) -> bool {
    let of_kind = |name: &&&str| (**name == NPM_LOCK_FILE) == (kind == Kind::Npm);
    LOCK_FILES.iter().filter(of_kind).any(|name| web.join(name).is_file())
}

fn find_program(kind: Kind, path: &OsStr) -> Option<PathBuf> {
    let name = match (kind, cfg!(windows)) {
        (Kind::Bun, false) => "bun",
        (Kind::Npm, false) => "npm",
        (Kind::Bun, true) => "bun.exe",
        (Kind::Npm, true) => "npm.cmd",
    };
    env::split_paths(path).map(|folder| folder.join(name)).find(|program| is_program(program))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The last lines of an output, without empty ones around.
fn tail(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<_> = text.trim().lines().collect();
    let skipped = lines.len().saturating_sub(SHOWN_LINES);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_has_a_largest_length() {
        let lines = |count: usize| (0..count).map(|n| format!("line {n}\n")).collect::<String>();
        assert_eq!(tail(lines(SHOWN_LINES).as_bytes()).lines().next(), Some("line 0"));
        assert_eq!(tail(lines(SHOWN_LINES + 1).as_bytes()).lines().next(), Some("line 1"));
        assert_eq!(tail(b"\n\n"), "");
    }
}
