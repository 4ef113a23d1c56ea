use std::env;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cargo_metadata::Message;

use super::graph::Graph;
use super::{DistError, PROGRAMS};

/// A program that was built.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
}

/// Builds the programs, with cargo's progress on stderr.
pub(super) fn build(
    graph: &Graph,
    profile: &str,
    target: Option<&str>,
) -> Result<Vec<Program>, DistError> {
    let cargo = || env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo());
    command.args([
        "build",
        "--locked",
        "--bins",
        "--message-format=json-render-diagnostics",
        "--profile",
        profile,
    ]);
    command.args(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    command.args(target.into_iter().flat_map(|target| ["--target", target]));
    let shown = format!("cargo build --profile {profile}");
    let run = |source| DistError::Run { program: shown.clone(), source };
    let mut child =
        command.current_dir(graph.root()).stdout(Stdio::piped()).spawn().map_err(run)?;
    let mut built = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message.map_err(run)?
                && let Some(path) = artifact.executable
            {
                built.push((artifact.target.name, path.into_std_path_buf()));
            }
        }
    }
    let status = child.wait().map_err(run)?;
    if !status.success() {
        return Err(DistError::Failed { command: shown, status, stderr: String::new() });
    }
    let found = PROGRAMS.map(|name| {
        let path = built.iter().find(|(built, _)| built == name).map(|(_, path)| path.clone());
        path.map(|path| Program { name, path }).ok_or(DistError::NoProgram(name))
    });
    found.into_iter().collect()
}
