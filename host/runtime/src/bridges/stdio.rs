//! The guest's stdout and stderr, line by line into the log: stdout belongs to the protocol.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tracing::Level;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use super::GuestLog;

/// What one write may hold: wasi asks before it writes. Any size would do, since lines go out as they are complete.
const WRITE: usize = 64 << 10;

/// One of the guest's output streams.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    log: GuestLog,
    name: &'static str,
    level: Level,
    rest: Arc<Mutex<Vec<u8>>>,
}

impl Lines {
    pub(crate) fn stdout(log: GuestLog) -> Self {
        Self { log, name: "stdout", level: Level::INFO, rest: Arc::default() }
    }

    pub(crate) fn stderr(log: GuestLog) -> Self {
        Self { log, name: "stderr", level: Level::WARN, rest: Arc::default() }
    }

    /// Takes bytes, and writes the lines that they complete. A line that outgrows the limit is written in pieces.
    fn push(&self, bytes: &[u8]) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            rest.extend_from_slice(piece);
            if rest.ends_with(b"\n") || rest.len() >= self.log.line_limit() {
                self.write_line(&rest);
                rest.clear();
            }
        }
    }

    fn write_line(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            self.log.write(self.level, self.name, text, &[]);
        }
    }
}

/// The last line may have no end.
impl Drop for Lines {
    fn drop(&mut self) {
        if Arc::strong_count(&self.rest) == 1 {
            let rest = std::mem::take(&mut *self.rest.lock().unwrap_or_else(PoisonError::into_inner));
            self.write_line(&rest);
        }
    }
}

impl IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Lines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE)
    }
}

impl AsyncWrite for Lines {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
