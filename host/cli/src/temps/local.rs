use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::join_all;
use tempfile::TempDir;
use temps_plugin_protocol::PluginEvent;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use super::events::deliver;
use super::fixtures::CurrentFixtures;
use super::identity::Actors;
use super::plugin::Site;
use super::{
    Binary, Delivery, Fixtures, FolderError, LaunchError, LaunchFailure, Notice, Options, Plugin, Stopped, executables, server,
};

/// Why the local Temps did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The plugins folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There is nothing to start.
    #[error("there is no plugin in {}: no file with an execute bit", path.display())]
    NoPlugin {
        /// The folder.
        path: PathBuf,
    },
    /// Another program listens on the port.
    #[error("port {port} is taken by another program: choose another, or 0 for any free one")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The port cannot be used for another reason.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// There is no place for sockets.
    #[error("cannot make a folder for sockets in {}: {source}", path.display())]
    Sockets {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A plugin did not start. Temps would go on with the others; here it is the one that matters.
    #[error(transparent)]
    Launch(Box<LaunchError>),
    /// There is no plugin of this name.
    #[error("there is no plugin `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
}

impl From<LaunchError> for StartError {
    fn from(error: LaunchError) -> Self {
        Self::Launch(Box::new(error))
    }
}

/// A running local Temps. Dropping it kills its plugins.
#[derive(Debug)]
pub struct LocalTemps {
    addr: SocketAddr,
    shared: Arc<Shared>,
    sockets: TempDir,
    server: AbortOnDropHandle<io::Result<()>>,
}

/// What the server and the handle both use.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) actors: Arc<Actors>,
    pub(super) fixtures: Arc<CurrentFixtures>,
    plugins: RwLock<BTreeMap<String, Running>>,
}

/// A plugin and its place in the folder's listing, which a reload keeps.
#[derive(Debug, Clone)]
struct Running {
    index: usize,
    plugin: Plugin,
}

impl Shared {
    /// The plugins by name.
    pub(super) fn plugins(&self) -> Vec<Plugin> {
        let plugins = self.plugins.read().unwrap_or_else(PoisonError::into_inner);
        plugins.values().map(|running| running.plugin.clone()).collect()
    }

    pub(super) fn plugin(&self, name: &str) -> Option<Plugin> {
        self.running(name).map(|running| running.plugin)
    }

    fn running(&self, name: &str) -> Option<Running> {
        self.plugins.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Lists the plugin in place of the one that had its place in the folder. A name that another one has stays with that.
    fn insert(&self, index: usize, plugin: Plugin) -> Result<(), StartError> {
        let name = plugin.name().to_owned();
        let mut plugins = self.plugins.write().unwrap_or_else(PoisonError::into_inner);
        if plugins.get(&name).is_some_and(|other| other.index != index) {
            plugin.abandon();
            let (binary, stderr) = (plugin.binary().name.clone(), plugin.last_stderr());
            return Err(LaunchError { plugin: binary, reason: LaunchFailure::NameTaken { name }, stderr }.into());
        }
        plugins.retain(|_, running| running.index != index);
        plugins.insert(name, Running { index, plugin });
        drop(plugins);
        self.options.activity.plugins_changed();
        Ok(())
    }

    /// Delivers the event to the plugins that subscribe to it.
    pub(super) async fn emit(&self, event: &PluginEvent) -> Vec<(String, Delivery)> {
        let plugins = self.plugins();
        let subscribed = plugins.iter().filter(|plugin| plugin.manifest().subscribes_to(&event.event_type));
        let deliveries = join_all(subscribed.map(|plugin| async move {
            let delivery = deliver(plugin, event).await;
            plugin.told().tell(Notice::Event { event_type: &event.event_type, delivery: &delivery });
            (plugin.name().to_owned(), delivery)
        }))
        .await;
        self.options.activity.emitted(event, &deliveries);
        deliveries
    }
}

impl LocalTemps {
    /// Listens, then starts the plugins of the folder one after the other, each until its channel is open.
    ///
    /// # Errors
    ///
    /// [`StartError`]. What was started by then is killed.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let binaries = executables(&options.plugins)?;
        if binaries.is_empty() {
            return Err(StartError::NoPlugin { path: options.plugins });
        }
        let port = options.port;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken { port },
            _ => StartError::Listen { port, source },
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let sockets = tempfile::Builder::new()
            .prefix("temps-")
            .tempdir()
            .map_err(|source| StartError::Sockets { path: std::env::temp_dir(), source })?;

        let actors = Arc::new(Actors::new(options.actor_limit));
        let fixtures = Arc::new(CurrentFixtures::new(Arc::clone(&options.fixtures)));
        let shared = Arc::new(Shared { fixtures, options, actors, plugins: RwLock::default() });
        let router = server::router(Arc::clone(&shared));
        let server = AbortOnDropHandle::new(tokio::spawn(async move { axum::serve(listener, router).await }));
        let temps = Self { addr, shared, sockets, server };
        for (index, binary) in binaries.iter().enumerate() {
            let plugin = temps.launch(index, binary).await?;
            temps.shared.insert(index, plugin)?;
        }
        Ok(temps)
    }

    async fn launch(&self, index: usize, binary: &Binary) -> Result<Plugin, LaunchError> {
        let Shared { options, actors, fixtures, .. } = &*self.shared;
        let site = Site { options, sockets: self.sockets.path(), index, api_url: &self.url(), actors, fixtures };
        Plugin::start(binary, site).await
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The same as a URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The plugins, by name.
    #[must_use]
    pub fn plugins(&self) -> Vec<Plugin> {
        self.shared.plugins()
    }

    /// The plugin whose manifest has this name.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<Plugin> {
        self.shared.plugin(name)
    }

    /// Emits an event, and says how it reached each plugin that subscribes to it.
    pub async fn emit(&self, event: impl Into<PluginEvent>) -> Vec<(String, Delivery)> {
        self.shared.emit(&event.into()).await
    }

    /// Starts a plugin again: kills the process if it still runs, as today's Temps does, and starts the same file with the same
    /// socket path and data folder. It gets a new secret. Handles to the old process stay with that.
    ///
    /// # Errors
    ///
    /// [`StartError::Unknown`], [`StartError::Launch`]; after the latter the old, ended process is still listed.
    pub async fn reload(&self, name: &str) -> Result<Plugin, StartError> {
        let Some(Running { index, plugin }) = self.shared.running(name) else {
            return Err(StartError::Unknown { name: name.to_owned() });
        };
        plugin.close_channel();
        plugin.kill();
        plugin.wait_exit().await;
        let plugin = self.launch(index, plugin.binary()).await?;
        self.shared.insert(index, plugin.clone())?;
        self.shared.options.activity.reloaded(plugin.name());
        Ok(plugin)
    }

    /// Answers plugins from other fixtures from now on. What was changed on the page is gone with the old ones.
    pub fn set_fixtures(&self, fixtures: Fixtures) {
        self.shared.fixtures.give(Arc::new(fixtures));
        self.shared.options.activity.fixtures_changed();
    }

    /// Stops the plugins (SIGTERM, and SIGKILL after [`Options::stop_limit`]), then the server. What they still answer in that
    /// time is passed on. Says how each ended, by name.
    pub async fn stop(self) -> Vec<(String, Stopped)> {
        let limit = self.shared.options.stop_limit;
        let plugins = self.plugins();
        let stopped =
            join_all(plugins.iter().map(|plugin| async move { (plugin.name().to_owned(), plugin.stop(limit).await) })).await;
        self.server.abort();
        stopped
    }
}

impl Drop for LocalTemps {
    fn drop(&mut self) {
        for plugin in self.plugins() {
            plugin.abandon();
        }
    }
}
