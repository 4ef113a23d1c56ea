//! Starting a plugin: its command line and the handshake on its pipes.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use temps_plugin_protocol::{
    HandshakeError, LaunchLine, PluginManifest, ProtocolVersion, ReadyLine, decode_manifest_line, decode_ready_line,
};
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdout, Command};

use super::channel::ChannelFailure;
use super::lines::next_line;
use super::process::{Pipes, Process};
use super::{Exit, Notice, Options, Told};

/// The longest line of the handshake: 8 MiB, room for an OpenAPI document of any sensible size.
const MAX_HANDSHAKE_LINE: u64 = 8 * 1024 * 1024;

/// How long a failed handshake waits for the process to end, so that the error can say how it did.
const EXIT_WAIT: Duration = Duration::from_secs(2);

/// How much of a line that cannot be taken is shown.
const SHOWN_CHARS: usize = 120;

/// The URL that a plugin gets which wants the platform's database: nothing answers there.
const DATABASE_URL: &str = "postgres://temps:temps@localhost:9/temps";

/// A line that the plugin has to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The first, with the manifest.
    Manifest,
    /// The second.
    Ready,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "its manifest line",
            Self::Ready => "its ready line",
        })
    }
}

/// Why a plugin did not start, with the last lines that it wrote to stderr.
#[derive(Debug, thiserror::Error)]
#[error("plugin `{plugin}` did not start: {reason}")]
pub struct LaunchError {
    /// The plugin's file name.
    pub plugin: String,
    /// What went wrong.
    #[source]
    pub reason: LaunchFailure,
    /// The last lines on its stderr, as they came, at most [`STDERR_TAIL_LINES`](super::STDERR_TAIL_LINES).
    pub stderr: Vec<String>,
}

/// What went wrong at a plugin's start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchFailure {
    /// The file cannot be executed.
    #[error("cannot execute {}: {source}", path.display())]
    Spawn {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line did not come in time.
    #[error("{step} did not come on stdout within {limit:?}")]
    TimedOut {
        /// The line.
        step: Step,
        /// The time it had.
        limit: Duration,
    },
    /// Stdout ended where a line should have come.
    #[error("it ended before {step}, with {}", ended(exit))]
    Ended {
        /// The line.
        step: Step,
        /// How the process ended; `None` when it only closed its stdout.
        exit: Option<Exit>,
    },
    /// The line is not the one that the protocol has here.
    #[error("{step} is not one of protocol {protocol}: {source}; it wrote: {line}")]
    Line {
        /// The line expected.
        step: Step,
        /// The protocol spoken.
        protocol: ProtocolVersion,
        /// The beginning of what came.
        line: String,
        /// What is wrong with it.
        source: HandshakeError,
    },
    /// Stdout cannot be read.
    #[error("cannot read {step}: {source}")]
    Read {
        /// The line.
        step: Step,
        /// Why.
        source: io::Error,
    },
    /// The channel was not opened.
    #[error("{0}")]
    Channel(ChannelFailure),
    /// Another plugin has the name.
    #[error("its manifest has the name `{name}`, which another plugin in the folder has too")]
    NameTaken {
        /// The name.
        name: String,
    },
}

fn ended(exit: &Option<Exit>) -> String {
    match exit {
        Some(exit) => exit.to_string(),
        None => "its stdout closed and the process still running".to_owned(),
    }
}

/// What a plugin's process is started with.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) binary: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) data_dir: PathBuf,
    pub(super) secret: String,
    pub(super) api_url: String,
}

impl Plan {
    /// The command line of this generation, as Temps writes it.
    fn command(&self, options: &Options) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(self.arguments(options.protocol)).args(&options.arguments);
        let file_name = self.binary.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        command.args((options.arguments_for)(file_name));
        command.envs(options.environment.iter().map(|(name, value)| (name, value)));
        if options.own_process_group {
            command.process_group(0);
        }
        command.stdin(match options.protocol {
            ProtocolVersion::V1 => Stdio::null(),
            ProtocolVersion::V2 => Stdio::piped(),
        });
        command
    }

    fn arguments(&self, protocol: ProtocolVersion) -> Vec<OsString> {
        let socket: [OsString; 2] = ["--socket-path".into(), self.socket.clone().into()];
        let data: [OsString; 2] = ["--data-dir".into(), self.data_dir.clone().into()];
        match protocol {
            ProtocolVersion::V1 => {
                let shared = ["--database-url".into(), DATABASE_URL.into(), "--auth-secret".into(), self.secret.clone().into()];
                [&socket[..], &shared[..], &data[..]].concat()
            }
            ProtocolVersion::V2 => [&socket[..], &data[..], &["--host-api-url".into(), self.api_url.clone().into()]].concat(),
        }
    }

    /// What the launch line says: a plugin that wants the database or the host's data gets something that is of no use.
    fn launch_line(&self, manifest: &PluginManifest) -> LaunchLine {
        LaunchLine {
            auth_secret: self.secret.clone(),
            database_url: manifest.requires_db.then(|| DATABASE_URL.to_owned()),
            host_data_dir: manifest.requires_host_data_access.then(|| self.data_dir.display().to_string()),
        }
    }
}

/// A plugin that said it is ready.
#[derive(Debug)]
pub(super) struct Launched {
    pub(super) process: Process,
    pub(super) manifest: PluginManifest,
    pub(super) ready: ReadyLine,
    pub(super) stdout: BufReader<ChildStdout>,
}

/// Starts the process and goes through the handshake. A process that fails it is killed.
pub(super) async fn launch(plan: &Plan, options: &Options, told: &Told) -> Result<Launched, (LaunchFailure, Vec<String>)> {
    let spawned = Process::spawn(plan.command(options), told.clone());
    let (process, pipes) = spawned.map_err(|source| (LaunchFailure::Spawn { path: plan.binary.clone(), source }, Vec::new()))?;
    match shake_hands(plan, options, told, &process, pipes).await {
        Ok((manifest, ready, stdout)) => Ok(Launched { process, manifest, ready, stdout }),
        Err(failure) => Err((failure, discard(&process).await)),
    }
}

/// Kills a process whose start failed. Its last lines are complete once it has ended.
pub(super) async fn discard(process: &Process) -> Vec<String> {
    process.expect_exit();
    process.signal(Signal::KILL);
    // A process that cannot be killed keeps its lines.
    let _ = tokio::time::timeout(EXIT_WAIT, process.wait()).await;
    process.last_stderr()
}

async fn shake_hands(
    plan: &Plan,
    options: &Options,
    told: &Told,
    process: &Process,
    pipes: Pipes,
) -> Result<(PluginManifest, ReadyLine, BufReader<ChildStdout>), LaunchFailure> {
    let Pipes { stdin, mut stdout } = pipes;
    let protocol = options.protocol;
    let reader = LineReader { process, protocol, limit: options.handshake_limit };

    let line = reader.line(Step::Manifest, &mut stdout).await?;
    let manifest = decode_manifest_line(protocol, &line).map_err(|source| reader.not_taken(Step::Manifest, &line, source))?;
    told.tell(Notice::Announced(&manifest));

    if let Some(mut stdin) = stdin {
        let line = plan.launch_line(&manifest).encode() + "\n";
        // A plugin that does not read it is one that ended or never gets ready, which the next step says.
        let _ = tokio::time::timeout(options.handshake_limit, stdin.write_all(line.as_bytes())).await;
    }

    let line = reader.line(Step::Ready, &mut stdout).await?;
    let ready = decode_ready_line(protocol, &line).map_err(|source| reader.not_taken(Step::Ready, &line, source))?;
    Ok((manifest, ready, stdout))
}

struct LineReader<'a> {
    process: &'a Process,
    protocol: ProtocolVersion,
    limit: Duration,
}

impl LineReader<'_> {
    async fn line(&self, step: Step, stdout: &mut BufReader<ChildStdout>) -> Result<String, LaunchFailure> {
        let line = tokio::time::timeout(self.limit, next_line(stdout, MAX_HANDSHAKE_LINE))
            .await
            .map_err(|_| LaunchFailure::TimedOut { step, limit: self.limit })?
            .map_err(|source| LaunchFailure::Read { step, source })?;
        match line {
            Some(line) => Ok(line),
            None => {
                let exit = tokio::time::timeout(EXIT_WAIT, self.process.wait()).await.ok();
                Err(LaunchFailure::Ended { step, exit })
            }
        }
    }

    fn not_taken(&self, step: Step, line: &str, source: HandshakeError) -> LaunchFailure {
        let mut shown: String = line.chars().take(SHOWN_CHARS).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        if line.chars().nth(SHOWN_CHARS).is_some() {
            shown.push('…');
        }
        LaunchFailure::Line { step, protocol: self.protocol, line: shown, source }
    }
}

/// Tells of everything that comes on stdout after the handshake. It ends, and closes the pipe, with `until`.
pub(super) async fn watch_stdout(mut stdout: BufReader<ChildStdout>, told: Told, until: impl Future<Output = ()>) {
    let mut until = std::pin::pin!(until);
    loop {
        tokio::select! {
            line = next_line(&mut stdout, MAX_HANDSHAKE_LINE) => match line {
                Ok(Some(line)) => told.tell(Notice::StrayStdout(&line)),
                Ok(None) | Err(_) => return,
            },
            () = &mut until => return,
        }
    }
}

/// The data folder of the plugin whose file has this name.
pub(super) fn data_dir(root: &Path, name: &str) -> PathBuf {
    root.join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            binary: "/plugins/hello".into(),
            socket: "/run/0.sock".into(),
            data_dir: "/data/hello".into(),
            secret: "s3cret".into(),
            api_url: "http://127.0.0.1:8081".into(),
        }
    }

    #[test]
    fn the_command_lines_are_those_of_the_protocol() {
        assert_eq!(
            plan().arguments(ProtocolVersion::V1),
            [
                "--socket-path",
                "/run/0.sock",
                "--database-url",
                DATABASE_URL,
                "--auth-secret",
                "s3cret",
                "--data-dir",
                "/data/hello"
            ]
        );
        assert_eq!(
            plan().arguments(ProtocolVersion::V2),
            ["--socket-path", "/run/0.sock", "--data-dir", "/data/hello", "--host-api-url", "http://127.0.0.1:8081"]
        );
    }

    #[test]
    fn the_launch_line_fits_the_manifest() {
        for (requires_db, requires_host_data_access) in [(false, false), (true, true)] {
            let manifest =
                PluginManifest { requires_host_data_access, requires_db, ..PluginManifest::builder("a", "1.0.0").build() };
            let line = plan().launch_line(&manifest);
            assert_eq!(LaunchLine::decode(&line.encode(), &manifest).unwrap(), line);
        }
    }
}
