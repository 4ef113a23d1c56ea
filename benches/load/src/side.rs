//! Starting one side, as its host does.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::build::Built;
use crate::error::BenchError;

/// A running server. Dropped, it is killed.
#[derive(Debug)]
pub struct Side {
    pub name: &'static str,
    pub socket: PathBuf,
    /// Headers of every request, each with its line's end.
    pub headers: &'static str,
    child: Child,
    /// A host keeps it open.
    _stdin: Option<ChildStdin>,
}

impl Side {
    pub async fn native(built: &Built, folder: &Path, connections: usize) -> Result<Self, BenchError> {
        let socket = folder.join("native.sock");
        let mut command = Command::new(&built.native);
        command.arg(&socket).arg(folder.join("native.db")).arg(connections.to_string());
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        lines(&mut child, "the native peer", 1).await?;
        Ok(Self { name: "native", socket, headers: "", child, _stdin: None })
    }

    pub async fn plugin(built: &Built, folder: &Path) -> Result<Self, BenchError> {
        let socket = folder.join("plugin.sock");
        let mut command = Command::new(&built.launcher);
        command
            .arg("--socket-path")
            .arg(&socket)
            .arg("--data-dir")
            .arg(folder.join("plugin"))
            .arg("--component")
            .arg(&built.component);
        // Nobody opens the channel here.
        command.args(["--limit", "channel_time=1h"]).env("RUST_LOG", "warn");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut stdin = child.stdin.take();
        if let Some(stdin) = &mut stdin {
            stdin
                .write_all(b"{\"protocol_version\":2,\"auth_secret\":\"secret\",\"database_url\":null,\"host_data_dir\":null}\n")
                .await?;
        }
        lines(&mut child, "the plugin", 2).await?;
        let headers = "x-temps-plugin: bench\r\nx-temps-auth-signature: secret\r\n";
        Ok(Self { name: "plugin", socket, headers, child, _stdin: stdin })
    }

    /// The CPU time of the process so far, in microseconds.
    pub fn cpu_us(&self) -> Result<u64, BenchError> {
        let id = self.child.id().unwrap_or_default();
        // Nanoseconds on the CPU, of each thread; what threads took that have ended is not much.
        let mut all = 0;
        for thread in std::fs::read_dir(format!("/proc/{id}/task"))? {
            let stat = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            all += stat.split(' ').next().and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(all / 1000)
    }
}

/// Waits for the lines that say that it is ready.
async fn lines(child: &mut Child, side: &'static str, count: usize) -> Result<(), BenchError> {
    let Some(stdout) = child.stdout.take() else {
        return Err(BenchError::Start { side, said: String::new() });
    };
    let mut lines = BufReader::new(stdout).lines();
    let mut said = String::new();
    for _ in 0..count {
        match lines.next_line().await? {
            Some(line) => said = line,
            None => return Err(BenchError::Start { side, said }),
        }
    }
    Ok(())
}
