use std::iter::once;
use std::sync::Arc;

use temps_plugin_runtime::Plugin;
use tokio::net::UnixStream;

use super::choice::Choice;
use super::lane::{Count, Lane};
use crate::server::{Connections, Site};

/// Spreads new connections over the instances. It runs on the first one's thread.
#[derive(Debug)]
pub(super) struct Spread {
    connections: Connections,
    /// With the first instance.
    site: Arc<Site<Plugin>>,
    open: Count,
    lanes: Vec<Lane>,
    choice: Choice,
}

impl Spread {
    pub(super) fn new(connections: Connections, site: Arc<Site<Plugin>>, lanes: Vec<Lane>) -> Self {
        let choice = Choice::among(1 + lanes.len());
        Self { connections, site, open: Count::default(), lanes, choice }
    }

    /// Gives a connection to the instance with the fewest.
    pub(super) fn take(&mut self, stream: UnixStream) {
        let open = once(Some(self.open.get())).chain(self.lanes.iter().map(Lane::open));
        let other = self.choice.next(open).checked_sub(1).and_then(|index| self.lanes.get(index));
        let here = match other {
            None => Some(stream),
            Some(lane) => lane.hand_over(stream, self.connections.place()),
        };
        if let Some(stream) = here {
            self.connections.serve(stream, self.site.clone(), self.open.open());
        }
    }
}
