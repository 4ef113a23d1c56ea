use std::sync::Arc;

use tokio::net::UnixStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{Answer, Site, connection};

/// The connections of a server, on whichever threads they are.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    pub(super) tasks: TaskTracker,
    /// Each ends with the request under way.
    pub(super) stop: CancellationToken,
    /// Each ends at once.
    pub(super) cut: CancellationToken,
}

impl Connections {
    pub(crate) fn new() -> Self {
        Self { tasks: TaskTracker::new(), stop: CancellationToken::new(), cut: CancellationToken::new() }
    }

    /// Serves a connection on the current tokio runtime, until its end. `held` is dropped then.
    pub(crate) fn serve<G: Answer>(&self, stream: UnixStream, site: Arc<Site<G>>, held: impl Send + 'static) {
        let served = connection::serve(stream, site, self.stop.clone(), self.cut.clone());
        self.tasks.spawn(async move {
            served.await;
            drop(held);
        });
    }

    /// Counts as a connection until it is dropped, so that one on its way to another thread is waited for.
    pub(crate) fn place(&self) -> TaskTrackerToken {
        self.tasks.token()
    }
}
