//! HTTP/1.1 on the socket.
//!
//! | path | who may | answer |
//! |---|---|---|
//! | the manifest's health path | anybody who can open the socket | `ok`, from the moment the socket is bound |
//! | `/_temps/channel` | the host, not through its proxy; v2: signed | the WebSocket |
//! | `/_events` | the host, not through its proxy; v1: with `x-temps-auth`; v2: signed | 200, 400, 413, 422, 503 |
//! | others below `/_temps/` | | 404 |
//! | everything else | v2: signed, and a caller named in full or not at all | the guest's |
//!
//! The guest's routes get the request without what a guest must not see ([`trust`]), with its verified caller ([`identity`]), and without
//! the headers of the connection ([`filter`]). Bodies are streamed both ways. A client that closes its connection cancels what it asked for; one that only stops
//! sending still gets its answer.
//!
//! Stopping closes connections that idle and waits for the rest, up to a time.

mod channel;
mod connection;
mod events;
mod filter;
mod identity;
mod idle;
mod reply;
mod site;
mod trust;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub(crate) use site::{Answer, Site};
pub(crate) use trust::Gate;

/// The pause after a connection could not be accepted: 100 ms. The cause is most likely that descriptors ran out, and trying again at once
/// would only burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A running server. Dropped, it cuts everything off.
#[derive(Debug)]
pub(crate) struct Server {
    connections: TaskTracker,
    stop: CancellationToken,
    cut: DropGuard,
    /// Whoever is cut off has to have been stopped.
    _stop_at_end: DropGuard,
}

impl Server {
    /// Serves `site` to whoever connects, on the current tokio runtime.
    pub(crate) fn start<G: Answer>(listener: UnixListener, site: Site<G>) -> Self {
        let (stop, cut) = (CancellationToken::new(), CancellationToken::new());
        let connections = TaskTracker::new();
        connections.spawn(accept(listener, Arc::new(site), connections.clone(), stop.clone(), cut.clone()));
        let _stop_at_end = stop.clone().drop_guard();
        Self { connections, stop, cut: cut.drop_guard(), _stop_at_end }
    }

    /// Stops accepting, and closes each connection when its request is answered. No new ones from now on.
    pub(crate) fn stop_accepting(&self) {
        self.stop.cancel();
        self.connections.close();
    }

    /// Waits until all connections have ended after [`stop_accepting`](Self::stop_accepting), and cuts off those that have not within
    /// `limit`.
    pub(crate) async fn drain(self, limit: Duration) {
        self.stop_accepting();
        if timeout(limit, self.connections.wait()).await.is_err() {
            tracing::warn!(connections = self.connections.len(), ?limit, "connections are cut off: their time to end is over");
            drop(self.cut);
            self.connections.wait().await;
        }
    }
}

async fn accept<G: Answer>(
    listener: UnixListener,
    site: Arc<Site<G>>,
    connections: TaskTracker,
    stop: CancellationToken,
    cut: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
            () = cut.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(connection::serve(stream, site.clone(), stop.clone(), cut.clone()));
            }
            // The client gave up before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
