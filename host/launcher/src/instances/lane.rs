use std::os::unix::net;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::thread::Standing;

/// Counts the open connections of an instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Count(Arc<AtomicUsize>);

/// An open connection. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Open(Count);

impl Count {
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// One more.
    pub(super) fn open(&self) -> Open {
        self.0.fetch_add(1, Ordering::Relaxed);
        Open(self.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection on its way to another thread.
#[derive(Debug)]
pub(super) struct Handed {
    /// The connection, registered with no runtime.
    pub(super) stream: net::UnixStream,
    pub(super) open: Open,
    /// Keeps a server that drains from missing it.
    pub(super) place: TaskTrackerToken,
}

/// The way of connections to an instance on another thread. Nothing bounds how many wait on it but the process's descriptors: all that the thread does with
/// one is to take it up.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) open: Count,
    pub(super) standing: watch::Receiver<Standing>,
    pub(super) connections: mpsc::UnboundedSender<Handed>,
}

impl Lane {
    /// The connections of its instance, if that is up.
    pub(super) fn open(&self) -> Option<usize> {
        matches!(*self.standing.borrow(), Standing::Up(_)).then(|| self.open.get())
    }

    /// Hands a connection over. It comes back if the instance's thread has ended.
    pub(super) fn hand_over(&self, stream: UnixStream, place: TaskTrackerToken) -> Option<UnixStream> {
        let stream = match stream.into_std() {
            Ok(stream) => stream,
            Err(error) => {
                tracing::error!(%error, "a connection is lost: it cannot be taken to another thread");
                return None;
            }
        };
        let refused = self.connections.send(Handed { stream, open: self.open.open(), place }).err()?;
        UnixStream::from_std(refused.0.stream).ok()
    }
}
