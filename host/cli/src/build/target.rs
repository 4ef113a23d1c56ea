use std::io;
use std::path::{Path, PathBuf};

use super::BuildError;
use super::run::{command, not_run, output};
use crate::temps::Exit;

/// What components are compiled for.
pub const TARGET: &str = "wasm32-wasip2";

const INSTALLED: [&str; 3] = ["target", "list", "--installed"];
const ADD: [&str; 3] = ["target", "add", TARGET];
const LIBDIR: [&str; 4] = ["--print", "target-libdir", "--target", TARGET];

/// Makes sure that the toolchain of the crate in `dir` has the target: adds it with rustup when it is missing.
///
/// Without rustup nothing can be added, but the toolchain may have the target all the same.
pub(super) async fn ensure(dir: &Path) -> Result<(), BuildError> {
    match output("rustup", &INSTALLED, &mut command("rustup", &INSTALLED, dir)).await {
        Ok(installed) if lists_target(&installed) => Ok(()),
        Ok(_) => add(dir).await,
        Err(BuildError::Program { source, .. }) if source.kind() == io::ErrorKind::NotFound => without_rustup(dir).await,
        Err(error) => Err(error),
    }
}

fn lists_target(installed: &str) -> bool {
    installed.lines().any(|line| line.trim() == TARGET)
}

async fn add(dir: &Path) -> Result<(), BuildError> {
    // What rustup says of its progress belongs on stderr, where it writes it.
    let status = command("rustup", &ADD, dir).stdout(io::stderr()).status().await.map_err(not_run("rustup"))?;
    if status.success() { Ok(()) } else { Err(BuildError::TargetNotAdded { status: Exit::from(status).to_string() }) }
}

async fn without_rustup(dir: &Path) -> Result<(), BuildError> {
    let printed = output("rustc", &LIBDIR, &mut command("rustc", &LIBDIR, dir)).await?;
    let libdir = PathBuf::from(printed.trim());
    if libdir.is_dir() { Ok(()) } else { Err(BuildError::NoRustup { libdir }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_a_line_of_its_own() {
        assert!(lists_target("wasm32-wasip2\nx86_64-unknown-linux-gnu\n"));
        assert!(!lists_target("wasm32-wasip1\nwasm32-wasip2-threads\n"));
        assert!(!lists_target(""));
    }
}
