use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use temps_plugin_protocol::{Capability, ProtocolVersion};

use crate::config::Config;
use crate::database::Opener;
use crate::platform::TempsClient;
use crate::{ApiClient, AuthenticatedCaller};
#[cfg(feature = "database")]
use crate::{Database, DatabaseError};

/// What a plugin may know of where it runs, and its way to the platform and its databases.
///
/// Cloning is cheap: keep one in the router's state.
///
/// ```
/// use std::sync::Arc;
/// use temps_plugin_sdk::prelude::*;
///
/// struct AppState {
///     ctx: PluginContext,
/// }
///
/// impl AppState {
///     async fn project_name(&self, id: i32) -> Result<String, PlatformError> {
///         Ok(self.ctx.temps().get_project(id).await?.name)
///     }
/// }
/// ```
#[derive(Clone)]
pub struct PluginContext {
    inner: Arc<Inner>,
}

struct Inner {
    plugin_name: String,
    data_dir: PathBuf,
    protocol: ProtocolVersion,
    temps: TempsClient,
    #[cfg_attr(not(feature = "database"), expect(dead_code, reason = "nothing opens databases"))]
    databases: Opener,
    capabilities: Arc<[Capability]>,
    config: Box<dyn Config>,
}

impl PluginContext {
    pub(crate) fn new(
        plugin_name: String,
        data_dir: PathBuf,
        protocol: ProtocolVersion,
        temps: TempsClient,
        databases: Opener,
        capabilities: &[Capability],
        config: impl Config,
    ) -> Self {
        let (capabilities, config) = (capabilities.into(), Box::new(config));
        Self { inner: Arc::new(Inner { plugin_name, data_dir, protocol, temps, databases, capabilities, config }) }
    }

    /// The platform: projects, environments and deployments, over the channel that Temps opened.
    #[must_use]
    pub fn temps(&self) -> &TempsClient {
        &self.inner.temps
    }

    /// The platform's API, as the user that a request comes from. See [`api`](crate::api).
    #[must_use]
    pub fn api_for(&self, caller: &AuthenticatedCaller) -> ApiClient {
        ApiClient::new(self.inner.temps.platform(), caller.actor().cloned(), self.inner.capabilities.clone())
    }

    /// Opens the plugin's database with this label, and creates it if it is not there. A label has 1 to 64 of `a-z`, `0-9`, `_` and `-`.
    ///
    /// Open each once, in [`router`](crate::ExternalPlugin::router) for instance, and keep it. See [`database`](crate::database).
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Denied`] for a label that is none, and for more databases than the launcher allows;
    /// [`DatabaseError::UnknownEntity`]; or any other [`DatabaseError`], such as for a file that is no database.
    #[cfg(feature = "database")]
    pub async fn database(&self, label: &str) -> Result<Database, DatabaseError> {
        Database::open(&self.inner.databases, label).await
    }

    /// The plugin's name, as its manifest gives it. Temps serves its routes below `/api/x/{name}`.
    #[must_use]
    pub fn plugin_name(&self) -> &str {
        &self.inner.plugin_name
    }

    /// The plugin's own folder, as the plugin sees it; the name means nothing outside of the sandbox.
    ///
    /// `std::fs` works in it, and nowhere else; what lies in it outlives restarts. It holds 1 GiB and 10,000 files and folders unless the operator
    /// says otherwise. Each call blocks the one thread while it lasts: see [the crate's documentation](crate#files). Databases
    /// are not in it: see [`database`](Self::database).
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// Gives what the operator's policy file sets under this key in `[config]`: addresses, names,
    /// tokens. Where it sets nothing, gives the default that the manifest declares, else `None`. The
    /// value is text of at most 64 KiB, and stays the same for the life of the process.
    ///
    /// Declare the keys that the plugin takes with
    /// [`PluginManifestBuilder::config`](crate::PluginManifestBuilder::config). A required key has a
    /// value here: the plugin does not start without one. Undeclared keys are given too. The value
    /// may be a secret: do not log it, and do not put it into an answer. There is none while the
    /// plugin gives its manifest.
    ///
    /// ```
    /// # use axum::Router;
    /// # use temps_plugin_sdk::prelude::*;
    /// # struct AppState { api_key: String, reply_to: Option<String> }
    /// fn manifest() -> PluginManifest {
    ///     PluginManifest::builder("mail", "1.0.0")
    ///         .config(ConfigKey::new("api_key", "The key of the mail service").required().secret())
    ///         .config(ConfigKey::new("reply_to", "The address that answers go to"))
    ///         .build()
    /// }
    ///
    /// async fn router(ctx: PluginContext) -> Result<Router, StartError> {
    ///     // Declared as required, so it is there.
    ///     let api_key = ctx.config("api_key").unwrap_or_default();
    ///     let state = std::sync::Arc::new(AppState { api_key, reply_to: ctx.config("reply_to") });
    /// #   drop(state);
    ///     Ok(Router::new())
    /// }
    /// ```
    #[must_use]
    pub fn config(&self, key: &str) -> Option<String> {
        self.inner.config.get(key)
    }

    /// Lists the keys that [`config`](Self::config) has something for, in order, those with a default
    /// among them: for a plugin that takes as many as its operator sets.
    #[must_use]
    pub fn config_keys(&self) -> Vec<String> {
        self.inner.config.keys()
    }

    /// The generation of the protocol that the host speaks.
    ///
    /// **With v1 there is never a verified caller**: [`AuthenticatedCaller`] is always a 401, [`OptionalCaller`](crate::OptionalCaller) always
    /// `None`, and the platform's API cannot be called.
    #[must_use]
    pub fn protocol_version(&self) -> ProtocolVersion {
        self.inner.protocol
    }
}

impl fmt::Debug for PluginContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginContext")
            .field("plugin_name", &self.inner.plugin_name)
            .field("data_dir", &self.inner.data_dir)
            .field("protocol", &self.inner.protocol)
            .finish_non_exhaustive()
    }
}
