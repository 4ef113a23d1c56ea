//! A plugin that has started: the same on both targets.

use std::fmt;
use std::rc::Rc;

#[cfg(not(target_family = "wasm"))]
use crate::Dir;
use crate::plugin::ErasedPlugin;
use crate::reserved::{self, Own, ReservedRoute};
use crate::{EventError, PluginContext, PluginEvent, Route, StartError};
use axum::Router;
use temps_plugin_protocol::MissingConfig;

/// Why a plugin did not start.
///
/// Its `Debug` is its text, because a test shows that of an error which it unwraps.
#[derive(thiserror::Error)]
pub enum StartFailure {
    /// The manifest is not valid. Found here by tests; the launcher checks it before it starts anything.
    #[error("the manifest is not valid: {0}")]
    Manifest(#[from] temps_plugin_protocol::ManifestError),
    /// The manifest requires configuration that the test does not set. Found by tests, and by the
    /// launcher in the operator's policy file.
    #[error("{0}, which this test does not set: add {calls}", calls = config_calls(.0))]
    Config(#[from] MissingConfig),
    /// The OpenAPI document is not valid. Found by tests and by the launcher, like the manifest.
    #[error("the OpenAPI document is not valid: {0}")]
    OpenApi(#[from] temps_plugin_protocol::OpenApiError),
    /// The user interface has no `index.html` at its top. Found by tests and by the launcher, like the manifest.
    #[error("the user interface has no index.html: is web/dist the folder that the build writes to?")]
    NoIndex,
    /// [`router`](crate::ExternalPlugin::router) failed.
    #[error("router failed: {0}")]
    Router(StartError),
    /// The router or the table of routes has a path that the launcher answers itself.
    #[error(transparent)]
    Reserved(#[from] ReservedRoute),
    /// [`on_start`](crate::ExternalPlugin::on_start) failed.
    #[error("on_start failed: {0}")]
    OnStart(StartError),
}

impl fmt::Debug for StartFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The calls of the test's builder that are missing.
fn config_calls(missing: &MissingConfig) -> String {
    missing.keys().iter().map(|key| format!(r#".config("{}", "...")"#, key.name)).collect()
}

/// A started plugin.
pub(crate) struct Instance {
    plugin: Rc<dyn ErasedPlugin>,
    context: PluginContext,
    router: Router,
    table: Vec<Route>,
}

impl Instance {
    /// Builds the router, checks its routes, and runs `on_start`.
    pub(crate) async fn start(plugin: Rc<dyn ErasedPlugin>, context: PluginContext) -> Result<Self, StartFailure> {
        let router = plugin.router(context.clone()).await.map_err(StartFailure::Router)?;
        let table = plugin.routes();
        let own = Own { health_path: &plugin.manifest().health_path, ui: plugin.ui().is_some() };
        reserved::check(&router, &table, own)?;
        // Turns handlers into services now rather than once for each request.
        let router = router.with_state(());
        plugin.on_start(&context).await.map_err(StartFailure::OnStart)?;
        Ok(Self { plugin, context, router, table })
    }

    /// The router, to answer one request with.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// What the plugin says that its router answers.
    pub(crate) fn table(&self) -> &[Route] {
        &self.table
    }

    /// The plugin's OpenAPI document, if it has one.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn openapi_schema(&self) -> Option<serde_json::Value> {
        self.plugin.openapi_schema()
    }

    /// The files of the plugin's user interface, if it has one.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn ui(&self) -> Option<&'static Dir<'static>> {
        self.plugin.ui()
    }

    /// Hands an event to the plugin.
    pub(crate) async fn deliver(&self, event: PluginEvent) -> Result<(), EventError> {
        self.plugin.on_event(&self.context, event).await
    }

    /// Tells the plugin that it is about to stop.
    pub(crate) async fn shut_down(&self) {
        self.plugin.on_shutdown(&self.context).await;
    }
}
