//! The plugin's instances: one, or several of a plugin that says that it is stateless.
//!
//! ```text
//!  main thread  accept ─▶ Spread ─▶ connection ─▶ instance 1 ◀─ events
//!                           ├ Lane ─▶ thread `instance 2`: connection ─▶ instance 2
//!                           └ Lane ─▶ thread `instance 3`: connection ─▶ instance 3
//! ```
//!
//! The first instance is on the main thread, as a single one is, and there is nothing of this around a single one. Each other has a thread with an async
//! runtime like the main one's, and begins once the first is initialised: what that does for all, such as migrations, is done then.
//!
//! The main thread accepts, and hands a new connection to the instance with the fewest open ones. All its requests are answered there, the
//! launcher's own paths among them: the gate, the inbox and the channel are shared. An instance that is not initialised yet is given none. Events go to the
//! first instance. One that fails is replaced by its own supervisor, and its connections wait for that as those of a single one do.

mod choice;
mod error;
mod lane;
mod spread;
mod thread;

use std::sync::Arc;

use futures::future::{join_all, try_join_all};
use temps_plugin_runtime::{Component, Plugin, Setup};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use crate::error::LaunchError;
use crate::server::{Connections, Server, Site};

pub(crate) use error::InstanceError;
use spread::Spread;
use thread::InstanceThread;

/// What an instance is made from.
#[derive(Debug, Clone)]
pub(crate) struct Blueprint {
    /// The component.
    pub(crate) component: Component,
    /// What the instance is given.
    pub(crate) setup: Setup,
}

/// The instances of a plugin. Dropped, those beyond the first end, with their threads.
#[derive(Debug)]
pub(crate) struct Instances {
    first: Plugin,
    others: Vec<InstanceThread>,
}

impl Instances {
    /// Serves `site` with `count` instances: its guest, which has been started, is the first.
    ///
    /// # Errors
    ///
    /// [`InstanceError::Thread`] if the system gives no thread.
    pub(crate) fn serve(
        count: u32,
        blueprint: &Blueprint,
        site: Site<Plugin>,
        listener: UnixListener,
    ) -> Result<(Self, Server), InstanceError> {
        let first = site.guest.clone();
        if count <= 1 {
            return Ok((Self { first, others: Vec::new() }, Server::start(listener, site)));
        }
        let (site, connections, end) = (Arc::new(site), Connections::new(), CancellationToken::new());
        let others = (2..=count)
            .map(|number| InstanceThread::start(number, blueprint.clone(), site.clone(), connections.clone(), end.clone()));
        let others = others.collect::<Result<Vec<_>, _>>()?;
        let lanes = others.iter().map(InstanceThread::lane).collect();
        let mut spread = Spread::new(connections.clone(), site, lanes);
        let server = Server::start_with(listener, connections, move |stream| spread.take(stream));
        Ok((Self { first, others }, server))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Waits until every instance has been initialised.
    ///
    /// # Errors
    ///
    /// [`LaunchError::Init`] if that of the first failed, [`LaunchError::Instance`] if that of another did, at once.
    pub(crate) async fn initialised(&self) -> Result<(), LaunchError> {
        self.first.initialised().await?;
        try_join_all(self.others.iter().map(InstanceThread::initialised)).await?;
        Ok(())
    }

    /// Stops all of them at once, `shutdown` in each. Their threads go on, for what else is served there.
    pub(crate) async fn stop(&self) {
        let others = self.others.iter().filter_map(InstanceThread::plugin);
        let all: Vec<Plugin> = others.chain([self.first.clone()]).collect();
        join_all(all.iter().map(Plugin::stop)).await;
    }
}
