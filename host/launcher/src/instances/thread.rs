use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use temps_plugin_runtime::Plugin;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::lane::{Count, Handed, Lane};
use super::{Blueprint, InstanceError};
use crate::server::{Connections, Site};
use crate::{event_loop, log};

/// Where an instance beyond the first stands.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// The first is not initialised yet.
    Waiting,
    /// It is being initialised.
    Starting(Plugin),
    /// It has been initialised, and takes connections.
    Up(Plugin),
    /// It could not be.
    Failed(InstanceError),
}

/// An instance on a thread of its own. Dropped, it and all others end, without `shutdown` if they were not stopped before, and the thread is waited for.
#[derive(Debug)]
pub(super) struct InstanceThread {
    number: u32,
    open: Count,
    standing: watch::Receiver<Standing>,
    connections: mpsc::UnboundedSender<Handed>,
    /// The same for all, so that their ends are waited for together.
    end: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl InstanceThread {
    /// Starts the thread, which goes on until `end`. Its instance begins once the guest of `site`, which is the first, is initialised.
    ///
    /// # Errors
    ///
    /// [`InstanceError::Thread`].
    pub(super) fn start(
        number: u32,
        blueprint: Blueprint,
        site: Arc<Site<Plugin>>,
        connections: Connections,
        end: CancellationToken,
    ) -> Result<Self, InstanceError> {
        let (sender, standing) = watch::channel(Standing::Waiting);
        let (lane, handed) = mpsc::unbounded_channel();
        let work = Work { number, blueprint, site, connections, handed, standing: sender, end: end.clone() };
        let thread = Builder::new()
            .name(format!("instance {number}"))
            .spawn(move || work.run())
            .map_err(|source| no_thread(number, source))?;
        Ok(Self { number, open: Count::default(), standing, connections: lane, end, thread: Some(thread) })
    }

    /// The way of connections to it.
    pub(super) fn lane(&self) -> Lane {
        Lane { open: self.open.clone(), standing: self.standing.clone(), connections: self.connections.clone() }
    }

    /// Waits until it is initialised.
    ///
    /// # Errors
    ///
    /// [`InstanceError`] if it is not to be.
    pub(super) async fn initialised(&self) -> Result<(), InstanceError> {
        let mut standing = self.standing.clone();
        let reached = standing.wait_for(|standing| matches!(standing, Standing::Up(_) | Standing::Failed(_))).await;
        match reached.as_deref() {
            Ok(Standing::Failed(error)) => Err(error.clone()),
            Ok(Standing::Waiting | Standing::Starting(_) | Standing::Up(_)) => Ok(()),
            Err(_) => Err(InstanceError::Ended { number: self.number }),
        }
    }

    /// The instance, once it has begun.
    pub(super) fn plugin(&self) -> Option<Plugin> {
        match &*self.standing.borrow() {
            Standing::Starting(plugin) | Standing::Up(plugin) => Some(plugin.clone()),
            Standing::Waiting | Standing::Failed(_) => None,
        }
    }
}

impl Drop for InstanceThread {
    fn drop(&mut self) {
        self.end.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic of it is in the log.
            drop(thread.join());
        }
    }
}

fn no_thread(number: u32, source: io::Error) -> InstanceError {
    InstanceError::Thread { number, source: Arc::new(source) }
}

/// What the thread does.
struct Work {
    number: u32,
    blueprint: Blueprint,
    /// With the first instance.
    site: Arc<Site<Plugin>>,
    connections: Connections,
    handed: mpsc::UnboundedReceiver<Handed>,
    standing: watch::Sender<Standing>,
    end: CancellationToken,
}

impl Work {
    fn run(self) {
        log::name_instance(self.number);
        let runtime = match event_loop::new() {
            Ok(runtime) => runtime,
            Err(error) => {
                self.standing.send_replace(Standing::Failed(no_thread(self.number, error)));
                return;
            }
        };
        let end = self.end.clone();
        runtime.block_on(end.run_until_cancelled(self.serve()));
        runtime.shutdown_timeout(event_loop::RUNTIME_END);
    }

    /// Serves connections until the thread has to end.
    async fn serve(self) {
        let Self { number, blueprint, site, connections, mut handed, standing, end } = self;
        // The first one's failure is told by itself.
        if site.guest.initialised().await.is_ok() {
            let plugin = site.guest.start_beside(&blueprint.component, blueprint.setup);
            standing.send_replace(Standing::Starting(plugin.clone()));
            match plugin.initialised().await {
                Ok(()) => {
                    tracing::debug!("initialised");
                    let site = Arc::new(site.with_guest(plugin.clone()));
                    standing.send_replace(Standing::Up(plugin));
                    while let Some(handed) = handed.recv().await {
                        take_up(handed, &site, &connections);
                    }
                }
                Err(source) => drop(standing.send_replace(Standing::Failed(InstanceError::Init { number, source }))),
            }
        }
        // What is served here, the channel perhaps, goes on when there are no more connections.
        end.cancelled().await;
    }
}

/// Serves a connection on this thread from now on.
fn take_up(handed: Handed, site: &Arc<Site<Plugin>>, connections: &Connections) {
    let Handed { stream, open, place } = handed;
    match UnixStream::from_std(stream) {
        Ok(stream) => connections.serve(stream, site.clone(), open),
        Err(error) => tracing::error!(%error, "a connection is lost: this thread cannot take it up"),
    }
    drop(place);
}
