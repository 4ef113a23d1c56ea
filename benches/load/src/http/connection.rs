use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Instant;

use mio::net::UnixStream;
use mio::{Interest, Registry, Token};

use super::{Answer, Reader};
use crate::error::BenchError;

/// A connection with at most one request under way.
#[derive(Debug)]
pub struct Connection {
    stream: UnixStream,
    token: Token,
    reader: Reader,
    /// How much of the request is written.
    written: usize,
    /// Whether it waits until it can be written to.
    blocked: bool,
    /// When the request, or before it the connection, was begun.
    pub started: Instant,
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    UnderWay,
    Answered(Answer),
}

impl Connection {
    pub fn open(socket: &Path, registry: &Registry, token: Token) -> Result<Self, BenchError> {
        let started = Instant::now();
        let mut stream = UnixStream::connect(socket).map_err(BenchError::io("connect to", socket))?;
        registry.register(&mut stream, token, Interest::READABLE).map_err(BenchError::io("wait for", socket))?;
        Ok(Self { stream, token, reader: Reader::default(), written: 0, blocked: false, started })
    }

    /// Begins a request on a connection that was used before.
    pub fn again(&mut self) {
        self.written = 0;
        self.started = Instant::now();
    }

    /// Writes and reads as much as goes without waiting.
    pub fn advance(&mut self, request: &[u8], registry: &Registry, buffer: &mut [u8]) -> Result<Progress, AdvanceError> {
        self.write(request, registry)?;
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Err(AdvanceError::Io(ErrorKind::UnexpectedEof.into())),
                Ok(count) => {
                    if let Some(answer) = self.reader.take(buffer.get(..count).unwrap_or_default())? {
                        return Ok(Progress::Answered(answer));
                    }
                    // What comes later is told as a new event.
                    if count < buffer.len() {
                        return Ok(Progress::UnderWay);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Progress::UnderWay),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Writes as much as goes without waiting, and asks to be told when more does.
    pub fn write(&mut self, request: &[u8], registry: &Registry) -> Result<(), AdvanceError> {
        while let Some(rest) = request.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return self.wait_to_write(true, registry);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.wait_to_write(false, registry)
    }

    /// Only while there is something to write: a socket that can be written to says so after each read of its peer.
    fn wait_to_write(&mut self, blocked: bool, registry: &Registry) -> Result<(), AdvanceError> {
        if self.blocked != blocked {
            self.blocked = blocked;
            let interest = if blocked { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
            registry.reregister(&mut self.stream, self.token, interest)?;
        }
        Ok(())
    }
}

/// Why a request did not go on.
#[derive(Debug, thiserror::Error)]
pub enum AdvanceError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Malformed(#[from] super::Malformed),
}
