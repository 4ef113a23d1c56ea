//! HTTP/1.1 on the socket.
//!
//! | path | who may | answer |
//! |---|---|---|
//! | the manifest's health path | anybody who can open the socket | `ok`, from the moment the socket is bound |
//! | `/_temps/channel` | the host, not through its proxy; v2: signed | the WebSocket |
//! | `/_events` | the host, not through its proxy; v1: with `x-temps-auth`; v2: signed | 200, 400, 413, 422, 503 |
//! | others below `/_temps/` | | 404 |
//! | `/ui` and what is below it, of a plugin with files for it | v2: signed | a redirect, the files, 404 ([`temps_plugin_runtime::ui`]) |
//! | everything else | v2: signed, and a caller named in full or not at all | the guest's |
//!
//! The guest's routes get the request without what a guest must not see ([`trust`]), with its verified caller ([`identity`]), and without
//! the headers of the connection ([`filter`]). Bodies are streamed both ways. A client that closes its connection cancels what it asked for; one that only stops
//! sending still gets its answer.
//!
//! Stopping closes connections that idle and waits for the rest, up to a time.

mod channel;
mod connection;
mod connections;
mod events;
mod identity;
mod idle;
mod reply;
mod site;
mod trust;
mod ui;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) use connections::Connections;
pub(crate) use site::{Answer, Site};
pub(crate) use trust::Gate;

/// The pause after a connection could not be accepted: 100 ms. The cause is most likely that descriptors ran out, and trying again at once
/// would only burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A running server. Dropped, it cuts everything off.
#[derive(Debug)]
pub(crate) struct Server {
    connections: Connections,
    cut: DropGuard,
    /// Whoever is cut off has to have been stopped.
    _stop_at_end: DropGuard,
}

impl Server {
    /// Serves `site` to whoever connects, on the current tokio runtime.
    pub(crate) fn start<G: Answer>(listener: UnixListener, site: Site<G>) -> Self {
        let (site, connections) = (Arc::new(site), Connections::new());
        let served = connections.clone();
        Self::start_with(listener, connections, move |stream| served.serve(stream, site.clone(), ()))
    }

    /// Accepts connections on the current tokio runtime, and gives each to `take`, which has it served as one of `connections`.
    pub(crate) fn start_with(
        listener: UnixListener,
        connections: Connections,
        take: impl FnMut(UnixStream) + Send + 'static,
    ) -> Self {
        let Connections { tasks, stop, cut } = &connections;
        tasks.spawn(accept(listener, stop.clone(), cut.clone(), take));
        let (cut, _stop_at_end) = (cut.clone().drop_guard(), stop.clone().drop_guard());
        Self { connections, cut, _stop_at_end }
    }

    /// Stops accepting, and closes each connection when its request is answered. No new ones from now on.
    pub(crate) fn stop_accepting(&self) {
        self.connections.stop.cancel();
        self.connections.tasks.close();
    }

    /// Waits until all connections have ended after [`stop_accepting`](Self::stop_accepting), and cuts off those that have not within
    /// `limit`.
    pub(crate) async fn drain(self, limit: Duration) {
        self.stop_accepting();
        let tasks = &self.connections.tasks;
        if timeout(limit, tasks.wait()).await.is_err() {
            tracing::warn!(connections = tasks.len(), ?limit, "connections are cut off: their time to end is over");
            drop(self.cut);
            tasks.wait().await;
        }
    }
}

async fn accept(
    listener: UnixListener,
    stop: CancellationToken,
    cut: CancellationToken,
    mut take: impl FnMut(UnixStream) + Send + 'static,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
            () = cut.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => take(stream),
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
