use axum::Router;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use temps_plugin_protocol::PluginManifest;

use super::{EventMismatch, ExternalPlugin, event_handler};
use crate::{Dir, EventError, PluginContext, PluginEvent, Route, StartError};

/// [`ExternalPlugin`] as an object, so that what holds the plugin needs no type parameter.
pub(crate) trait ErasedPlugin {
    fn manifest(&self) -> PluginManifest;
    fn openapi_schema(&self) -> Option<serde_json::Value>;
    fn ui(&self) -> Option<&'static Dir<'static>>;
    fn routes(&self) -> Vec<Route>;
    #[cfg(target_family = "wasm")]
    fn concurrent_events(&self) -> bool;
    #[cfg(target_family = "wasm")]
    fn stateless(&self) -> bool;
    /// What this manifest and the plugin's handler say of events that does not fit together.
    fn event_mismatch(&self, manifest: &PluginManifest) -> Option<EventMismatch>;
    fn router(&self, ctx: PluginContext) -> LocalBoxFuture<'_, Result<Router, StartError>>;
    fn on_start<'a>(&'a self, ctx: &'a PluginContext) -> LocalBoxFuture<'a, Result<(), StartError>>;
    fn on_event<'a>(&'a self, ctx: &'a PluginContext, event: PluginEvent) -> LocalBoxFuture<'a, Result<(), EventError>>;
    fn on_shutdown<'a>(&'a self, ctx: &'a PluginContext) -> LocalBoxFuture<'a, ()>;
}

impl<P: ExternalPlugin> ErasedPlugin for P {
    fn manifest(&self) -> PluginManifest {
        ExternalPlugin::manifest(self)
    }

    fn openapi_schema(&self) -> Option<serde_json::Value> {
        ExternalPlugin::openapi_schema(self)
    }

    fn ui(&self) -> Option<&'static Dir<'static>> {
        ExternalPlugin::ui(self)
    }

    fn routes(&self) -> Vec<Route> {
        ExternalPlugin::routes(self)
    }

    #[cfg(target_family = "wasm")]
    fn concurrent_events(&self) -> bool {
        ExternalPlugin::concurrent_events(self)
    }

    #[cfg(target_family = "wasm")]
    fn stateless(&self) -> bool {
        ExternalPlugin::stateless(self)
    }

    fn event_mismatch(&self, manifest: &PluginManifest) -> Option<EventMismatch> {
        EventMismatch::of(manifest, event_handler::is_implemented::<P>())
    }

    fn router(&self, ctx: PluginContext) -> LocalBoxFuture<'_, Result<Router, StartError>> {
        ExternalPlugin::router(self, ctx).boxed_local()
    }

    fn on_start<'a>(&'a self, ctx: &'a PluginContext) -> LocalBoxFuture<'a, Result<(), StartError>> {
        ExternalPlugin::on_start(self, ctx).boxed_local()
    }

    fn on_event<'a>(&'a self, ctx: &'a PluginContext, event: PluginEvent) -> LocalBoxFuture<'a, Result<(), EventError>> {
        ExternalPlugin::on_event(self, ctx, event).boxed_local()
    }

    fn on_shutdown<'a>(&'a self, ctx: &'a PluginContext) -> LocalBoxFuture<'a, ()> {
        ExternalPlugin::on_shutdown(self, ctx).boxed_local()
    }
}
