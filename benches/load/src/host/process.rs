use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::Channel;
use crate::error::BenchError;
use crate::http::{Request, SECRET, ask};

/// A route of the plugin that does nothing but answer.
const FIRST_PATH: &str = "/hello/7";

/// How long a plugin may take from its ready line to its first answer.
const FIRST_LIMIT: Duration = Duration::from_secs(30);

/// The pause before the first request is repeated.
const AGAIN: Duration = Duration::from_micros(50);

/// How long each step of a start took, from the spawn on.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub manifest: Duration,
    pub ready: Duration,
    /// The first 200 from a route of the plugin's own.
    pub answered: Duration,
}

/// A plugin that answers. Dropped, it is killed, as Temps ends plugins.
#[derive(Debug)]
pub struct Process {
    pub times: Times,
    /// Before the channel: a plugin that is killed sees nothing of its end.
    running: Running,
    _channel: Channel,
}

/// A process with the pipes that a host keeps open.
#[derive(Debug)]
struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts a plugin as Temps does: the handshake, the channel, and then requests, until one is answered with 200.
    pub fn start(side: &'static str, mut command: Command, socket: &Path) -> Result<Self, BenchError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let started = Instant::now();
        let mut child = command.spawn().map_err(BenchError::io("execute", Path::new(command.get_program())))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().map(BufReader::new));
        let mut running = Running { child, stdin, stdout };
        running.line().ok_or(BenchError::Start { side, line: "manifest line" })?;
        let manifest = started.elapsed();
        running.launch().ok_or(BenchError::Start { side, line: "ready line" })?;
        running.line().ok_or(BenchError::Start { side, line: "ready line" })?;
        let ready = started.elapsed();
        let channel = Channel::open(socket)?;
        let (request, mut last) = (Request::new("GET", FIRST_PATH, None), None);
        while last != Some(200) {
            if started.elapsed() > FIRST_LIMIT {
                return Err(BenchError::NoAnswer { side, path: FIRST_PATH, limit: FIRST_LIMIT, last });
            }
            if last.is_some() {
                std::thread::sleep(AGAIN);
            }
            last = ask(socket, &request).ok().map(|(answer, _)| answer.status);
        }
        let times = Times { manifest, ready, answered: started.elapsed() };
        Ok(Self { times, running, _channel: channel })
    }

    pub fn id(&self) -> u32 {
        self.running.child.id()
    }
}

impl Running {
    fn line(&mut self) -> Option<()> {
        (self.stdout.as_mut()?.read_line(&mut String::new()).ok()? > 0).then_some(())
    }

    fn launch(&mut self) -> Option<()> {
        let line = format!(r#"{{"protocol_version":2,"auth_secret":"{SECRET}","database_url":null,"host_data_dir":null}}"#);
        self.stdin.as_mut()?.write_all((line + "\n").as_bytes()).ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
