use std::path::{Path, PathBuf};
use std::sync::Arc;

use temps_plugin_protocol::ProtocolVersion;

use crate::platform::TempsClient;

/// What a plugin may know of where it runs, and its way to the platform.
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
#[derive(Debug, Clone)]
pub struct PluginContext {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    plugin_name: String,
    data_dir: PathBuf,
    protocol: ProtocolVersion,
    temps: TempsClient,
}

impl PluginContext {
    pub(crate) fn new(plugin_name: String, data_dir: PathBuf, protocol: ProtocolVersion, temps: TempsClient) -> Self {
        Self { inner: Arc::new(Inner { plugin_name, data_dir, protocol, temps }) }
    }

    /// The platform: projects, environments and deployments, over the channel that Temps opened.
    #[must_use]
    pub fn temps(&self) -> &TempsClient {
        &self.inner.temps
    }

    /// The plugin's name, as its manifest gives it. Temps serves its routes below `/api/x/{name}`.
    #[must_use]
    pub fn plugin_name(&self) -> &str {
        &self.inner.plugin_name
    }

    /// The plugin's own folder, as the plugin sees it; the name means nothing outside of the sandbox.
    ///
    /// It says where the folder is, not that it can be reached: file access is the launcher's to grant.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// The generation of the protocol that the host speaks. With v1 there is never a verified caller.
    #[must_use]
    pub fn protocol_version(&self) -> ProtocolVersion {
        self.inner.protocol
    }
}
