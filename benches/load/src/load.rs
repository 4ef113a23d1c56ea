//! Asking one side for a while, in one thread.

use std::path::Path;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use crate::case::{Case, Mode};
use crate::error::BenchError;
use crate::http::{AdvanceError, Connection, Progress};

/// What is read at once: an answer of 64 KiB with its head.
const BUFFER_BYTES: usize = 128 << 10;

/// The longest that nothing may happen: a side that does not answer would be waited for forever.
const SILENCE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug)]
pub struct Run {
    /// From the first request to the last answer.
    pub took: Duration,
    /// Of each request, in nanoseconds, from its first byte (or its connection's beginning) to its answer's last.
    pub latencies: Vec<u64>,
}

/// Asks as this mode says, over each connection as soon as it has its answer. Every answer's status and length are checked.
pub fn run(socket: &Path, case: &Case, mode: Mode, time: Duration) -> Result<Run, BenchError> {
    let failed = |source| BenchError::Request { case: case.name, source };
    let mut poll = Poll::new().map_err(BenchError::Poll)?;
    let registry = poll.registry().try_clone().map_err(BenchError::Poll)?;
    let (request, mut buffer) = (case.request.bytes.as_slice(), vec![0; BUFFER_BYTES]);
    let started = Instant::now();
    let mut connections = Vec::new();
    for number in 0..mode.connections() {
        let mut connection = Connection::open(socket, &registry, Token(number))?;
        connection.write(request, &registry).map_err(failed)?;
        connections.push(Some(connection));
    }
    let mut events = Events::with_capacity(mode.connections());
    let mut latencies = Vec::with_capacity(1 << 20);
    let mut open = connections.len();
    while open > 0 {
        poll.poll(&mut events, Some(SILENCE)).map_err(BenchError::Poll)?;
        if events.is_empty() {
            return Err(failed(AdvanceError::Io(std::io::ErrorKind::TimedOut.into())));
        }
        for event in &events {
            let Some(place) = connections.get_mut(event.token().0) else { continue };
            let Some(connection) = place else { continue };
            match connection.advance(request, &registry, &mut buffer).map_err(failed)? {
                Progress::UnderWay => continue,
                Progress::Answered(answer) if case.expected.fits(answer) => {}
                Progress::Answered(got) => return Err(BenchError::Answer { case: case.name, got }),
            }
            let now = Instant::now();
            latencies.push(u64::try_from((now - connection.started).as_nanos()).unwrap_or(u64::MAX));
            if now - started >= time {
                *place = None;
                open -= 1;
                continue;
            }
            match mode {
                Mode::KeepAlive(_) => connection.again(),
                // Closed before the next is opened, as the proxy of Temps does.
                Mode::PerRequest(_) => {
                    *place = None;
                    *place = Some(Connection::open(socket, &registry, event.token())?);
                }
            }
            if let Some(connection) = place {
                connection.write(request, &registry).map_err(failed)?;
            }
        }
    }
    Ok(Run { took: started.elapsed(), latencies })
}
