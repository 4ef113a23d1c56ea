//! Streams from and into a file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{DynInputStream, InputStream, OutputStream, Pollable, StreamError, StreamResult};
use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn_blocking};

use super::held::Held;
use super::ledger::{Change, Ledger};

/// What one write may hold: 64 KiB, as wasi's other streams. Each stream holds that much at most.
const WRITE: usize = 64 << 10;

/// Wasi's own stream, which is counted as long as it is there.
pub(super) struct Reader {
    pub(super) inner: DynInputStream,
    pub(super) _held: Held,
}

#[async_trait]
impl InputStream for Reader {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.inner.read(size)
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.inner.blocking_read(size).await
    }

    async fn cancel(&mut self) {
        self.inner.cancel().await;
    }
}

#[async_trait]
impl Pollable for Reader {
    async fn ready(&mut self) {
        self.inner.ready().await;
    }
}

/// Where a stream writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    At(u64),
    End,
}

/// Writes piece after piece, each counted before it is written.
pub(super) struct Writer {
    file: Arc<File>,
    ledger: Arc<Ledger>,
    position: Position,
    state: Writing,
    _held: Held,
}

enum Writing {
    Idle,
    UnderWay(AbortOnDropJoinHandle<io::Result<u64>>),
    Failed(io::Error),
    Closed,
}

impl Writer {
    pub(super) fn new(file: Arc<File>, ledger: Arc<Ledger>, position: Position, held: Held) -> Self {
        Self { file, ledger, position, state: Writing::Idle, _held: held }
    }

    /// Whether the stream takes a piece now. A failure is told once.
    ///
    /// It closes the stream, as wasi has it, but for a want of room: the guest's libc keeps a closed stream for as long as the file is open,
    /// and a file that a plugin keeps open would be lost to it although there is room again.
    fn is_idle(&mut self) -> StreamResult<bool> {
        match std::mem::replace(&mut self.state, Writing::Closed) {
            Writing::Idle => {
                self.state = Writing::Idle;
                Ok(true)
            }
            Writing::UnderWay(task) => {
                self.state = Writing::UnderWay(task);
                Ok(false)
            }
            Writing::Failed(error) => {
                if error.kind() == io::ErrorKind::StorageFull {
                    self.state = Writing::Idle;
                }
                Err(StreamError::LastOperationFailed(error.into()))
            }
            Writing::Closed => Err(StreamError::Closed),
        }
    }
}

/// Writes `bytes`, and says how many there were. It blocks.
pub(super) fn write(ledger: &Ledger, file: &File, position: Position, bytes: &[u8]) -> io::Result<u64> {
    let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let change = match position {
        Position::At(at) => Change::Write { at, bytes: count },
        Position::End => Change::Append { bytes: count },
    };
    ledger.change(file, change, |file, size| {
        let at = match position {
            Position::At(at) => at,
            // Changes of a file come one at a time: its end stays where it is until this is written.
            Position::End => size,
        };
        file.write_all_at(bytes, at)
    })?;
    Ok(count)
}

#[async_trait]
impl OutputStream for Writer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if !self.is_idle()? || bytes.len() > WRITE {
            return Err(StreamError::trap("more was written than `check-write` allows"));
        }
        let (file, ledger, position) = (Arc::clone(&self.file), Arc::clone(&self.ledger), self.position);
        self.state = Writing::UnderWay(spawn_blocking(move || write(&ledger, &file, position, &bytes)));
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.is_idle().map(|_| ())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(if self.is_idle()? { WRITE } else { 0 })
    }

    async fn cancel(&mut self) {
        if let Writing::UnderWay(task) = std::mem::replace(&mut self.state, Writing::Closed) {
            task.cancel().await;
        }
    }
}

#[async_trait]
impl Pollable for Writer {
    async fn ready(&mut self) {
        let Writing::UnderWay(task) = &mut self.state else { return };
        self.state = match task.await {
            Ok(written) => {
                if let Position::At(at) = &mut self.position {
                    *at = at.saturating_add(written);
                }
                Writing::Idle
            }
            Err(error) => Writing::Failed(error),
        };
    }
}
