//! How much the load generator itself can do.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::case::{Case, Mode};
use crate::error::BenchError;
use crate::measure;
use crate::statistics::Spread;

/// How long the server of ready bytes may take to listen.
const LISTENS: Duration = Duration::from_secs(5);

/// What the load generator reaches with a server that does nothing.
#[derive(Debug, Serialize)]
pub struct Ceiling {
    pub mode: String,
    pub per_second: Spread,
    /// What it took itself for a request, in microseconds.
    pub cpu_us: Spread,
}

/// A process, killed when dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures a case with the server of ready bytes.
pub fn measured(folder: &Path, case: &Case, rounds: usize, time: Duration) -> Result<Vec<Ceiling>, BenchError> {
    let socket = folder.join("canned.sock");
    let program = std::env::current_exe().map_err(BenchError::io("find this program in", folder))?;
    let server = Command::new(&program).arg("--canned").arg(&socket).spawn().map_err(BenchError::io("execute", &program))?;
    let server = Killed(server);
    let started = Instant::now();
    while let Err(error) = UnixStream::connect(&socket) {
        if started.elapsed() > LISTENS {
            return Err(BenchError::io("connect to", &socket)(error));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let measured = |mode: &Mode| {
        let rounds: Result<Vec<_>, _> = (0..rounds).map(|_| measure::round(&socket, server.0.id(), case, *mode, time)).collect();
        let rounds = rounds?;
        Ok(Ceiling {
            mode: mode.to_string(),
            per_second: Spread::of(rounds.iter().map(|round| round.per_second)),
            cpu_us: Spread::of(rounds.iter().map(|round| round.load_percent / 100.0 * 1e6 / round.per_second)),
        })
    };
    case.modes.iter().map(measured).collect()
}
