use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::run::{cargo, command, not_run};
use super::{BuildError, Crate, Goal, Stderr, TARGET};
use crate::temps::Exit;

/// A component that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it was there already, because nothing that it is built from has changed.
    pub fresh: bool,
}

/// What is read of cargo's messages.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    #[serde(default)]
    fresh: bool,
}

#[derive(Debug, Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

/// The variables that say whether a build script makes the user interface, of which one that is set is the author's word.
const WEB_BUILD: [&str; 2] = ["FORCE_WEB_BUILD", "SKIP_WEB_BUILD"];

/// Runs `cargo build` and finds what it built in its messages.
pub(super) async fn compile(
    found: &Crate,
    profile: &str,
    settings: &[String],
    goal: Goal,
    stderr: Stderr<'_>,
) -> Result<Component, BuildError> {
    let package = ["--package", &found.name];
    let arguments = [&["build", "--lib", "--target", TARGET, "--profile", profile], &package[..]].concat();
    let shown = arguments.join(" ");
    // Rendered diagnostics go to stderr.
    let settings: Vec<&str> = settings.iter().flat_map(|setting| ["--config", setting]).collect();
    let arguments = [&arguments[..], &["--message-format", "json-render-diagnostics"], &settings].concat();
    let mut command = command(cargo(), &arguments, &found.dir);
    command.stdout(Stdio::piped());
    // In a debug build, build scripts leave the interface out unless they are told.
    if goal == Goal::Iterate && WEB_BUILD.iter().all(|name| std::env::var_os(name).is_none()) {
        command.env("FORCE_WEB_BUILD", "1");
    }
    if let Stderr::Lines(_) = stderr {
        command.stderr(Stdio::piped());
        if io::stderr().is_terminal() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
            command.env("CARGO_TERM_COLOR", "always");
        }
    }
    let mut child = command.spawn().map_err(not_run("cargo"))?;

    let (out, err) = (child.stdout.take(), child.stderr.take());
    let messages = async {
        let mut artifact = None;
        let Some(out) = out else { return Ok(artifact) };
        let mut lines = BufReader::new(out).lines();
        while let Some(line) = lines.next_line().await? {
            // A build script's process may print lines of its own.
            artifact = component_in(&line, &found.manifest).or(artifact);
        }
        Ok(artifact)
    };
    let diagnostics = async {
        if let (Some(err), Stderr::Lines(told)) = (err, stderr) {
            let mut lines = BufReader::new(err).lines();
            while let Some(line) = lines.next_line().await? {
                told(&line);
            }
        }
        Ok(())
    };
    let (artifact, ()) = tokio::try_join!(messages, diagnostics).map_err(not_run("cargo"))?;
    let status = child.wait().await.map_err(not_run("cargo"))?;
    if !status.success() {
        let command = format!("cargo {shown}");
        return Err(BuildError::Failed { command, status: Exit::from(status).to_string(), stderr: String::new() });
    }
    let (path, fresh) = artifact.ok_or_else(|| BuildError::NoArtifact { name: found.name.clone() })?;
    let size = fs::metadata(&path).map_err(|source| BuildError::Path { path: path.clone(), source })?.len();
    Ok(Component { path, size, fresh })
}

/// The component that a message of cargo names, if it is about this crate's library, and whether it was there already.
fn component_in(line: &str, manifest: &Path) -> Option<(PathBuf, bool)> {
    let message: Message = serde_json::from_str(line).ok()?;
    let ours = message.reason == "compiler-artifact"
        && message.manifest_path.as_deref() == Some(manifest)
        && message.target?.crate_types.iter().any(|kind| kind == "cdylib");
    let fresh = message.fresh;
    let component = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "wasm");
    Some((ours.then_some(message.filenames)?.into_iter().find(component)?, fresh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_component_among_the_messages() {
        let message = |reason: &str, manifest: &str, kind: &str| {
            format!(
                r#"{{"reason":"{reason}","manifest_path":"{manifest}","target":{{"crate_types":["{kind}"]}},"filenames":["/t/a.d","/t/a.wasm"],"fresh":true}}"#
            )
        };
        let ours = Path::new("/a/Cargo.toml");
        assert_eq!(
            component_in(&message("compiler-artifact", "/a/Cargo.toml", "cdylib"), ours),
            Some(("/t/a.wasm".into(), true))
        );
        assert_eq!(component_in(&message("compiler-artifact", "/b/Cargo.toml", "cdylib"), ours), None);
        assert_eq!(component_in(&message("compiler-artifact", "/a/Cargo.toml", "custom-build"), ours), None);
        assert_eq!(component_in(&message("build-script-executed", "/a/Cargo.toml", "cdylib"), ours), None);
        assert_eq!(component_in(r#"{"reason":"build-finished","success":true}"#, ours), None);
        assert_eq!(component_in("not JSON", ours), None);
    }
}
