//! The component's exports.

use std::cell::OnceCell;
use std::marker::PhantomData;
use std::pin::pin;
use std::rc::Rc;

use axum::Router;
use http::StatusCode;
use temps_plugin_protocol::{PluginEvent as Wire, ProtocolVersion};
use tower::Service;

use super::bindings::exports::temps::plugin::{events, lifecycle, manifest, routes, ui};
use super::bindings::temps::plugin::{context, requests};
use super::{log, request, response};
use crate::cancellation::unless_cancelled;
use crate::database::Opener;
use crate::instance::Instance;
use crate::plugin::ErasedPlugin;
use crate::{ExternalPlugin, PluginContext, PluginEvent, platform::TempsClient};

thread_local! {
    /// The author's plugin, made by the first call.
    static PLUGIN: OnceCell<Rc<dyn ErasedPlugin>> = const { OnceCell::new() };
    /// The plugin as `init` started it.
    static INSTANCE: OnceCell<Rc<Instance>> = const { OnceCell::new() };
    /// Its router, a second time: every request starts here.
    static ROUTER: OnceCell<Router> = const { OnceCell::new() };
}

/// The exports of a component whose plugin is `P`. For [`main!`](crate::main) only.
#[derive(Debug)]
pub struct Component<P>(PhantomData<P>);

fn plugin<P: ExternalPlugin>() -> Rc<dyn ErasedPlugin> {
    log::install();
    PLUGIN.with(|plugin| plugin.get_or_init(|| Rc::new(P::default())).clone())
}

fn instance() -> Option<Rc<Instance>> {
    INSTANCE.with(|instance| instance.get().cloned())
}

impl<P: ExternalPlugin> manifest::Guest for Component<P> {
    fn describe() -> manifest::PluginManifest {
        let plugin = plugin::<P>();
        let manifest = plugin.manifest();
        if let Some(mismatch) = plugin.event_mismatch(&manifest) {
            tracing::warn!("{mismatch}");
        }
        super::manifest::into_wit(manifest, plugin.concurrent_events(), plugin.stateless())
    }

    fn openapi() -> Option<String> {
        plugin::<P>().openapi_schema().map(|document| document.to_string())
    }
}

impl<P: ExternalPlugin> ui::Guest for Component<P> {
    fn paths() -> Option<Vec<String>> {
        plugin::<P>().ui().map(super::ui::paths)
    }

    fn read(path: String) -> Option<Vec<u8>> {
        plugin::<P>().ui()?.get_file(path).map(|file| file.contents().to_vec())
    }
}

impl<P: ExternalPlugin> lifecycle::Guest for Component<P> {
    async fn init() -> Result<(), String> {
        let plugin = plugin::<P>();
        let context::Info { plugin_name, data_dir, protocol } = context::get();
        let protocol = match protocol {
            context::ProtocolVersion::V1 => ProtocolVersion::V1,
            context::ProtocolVersion::V2 => ProtocolVersion::V2,
        };
        let temps = TempsClient::new(super::platform::Import);
        let capabilities = plugin.manifest().capabilities;
        let context =
            PluginContext::new(plugin_name, data_dir.into(), protocol, temps, Opener, &capabilities, super::config::Import);
        let started = Instance::start(plugin, context).await.map_err(|failure| failure.to_string())?;
        let router = started.router();
        let again =
            INSTANCE.with(|instance| instance.set(Rc::new(started)).is_err()) | ROUTER.with(|kept| kept.set(router).is_err());
        if again { Err("init was called twice".to_owned()) } else { Ok(()) }
    }

    async fn shutdown() {
        if let Some(instance) = instance() {
            instance.shut_down().await;
        }
    }
}

impl<P: ExternalPlugin> routes::Guest for Component<P> {
    fn table() -> Vec<routes::Route> {
        let instance = instance();
        let table = instance.iter().flat_map(|instance| instance.table());
        table.map(|route| routes::Route { method: route.method.clone(), path: route.path.clone() }).collect()
    }

    async fn handle(request: routes::Request) -> routes::Response {
        let Some(mut router) = ROUTER.with(|router| router.get().cloned()) else {
            return response::plain(StatusCode::SERVICE_UNAVAILABLE, "the plugin has not started".to_owned());
        };
        let id = request.id;
        let request = match request::into_http(request) {
            Ok(request) => request,
            Err(error) => return response::plain(StatusCode::BAD_REQUEST, format!("not a valid HTTP request: {error}")),
        };
        match unless_cancelled(router.call(request), pin!(requests::cancelled(id))).await {
            Some(Ok(answer)) => response::from_http(answer, id),
            Some(Err(never)) => match never {},
            None => response::to_nobody(),
        }
    }
}

impl<P: ExternalPlugin> events::Guest for Component<P> {
    async fn on_event(event: events::Event) -> Result<(), String> {
        let Some(instance) = instance() else {
            return Err("the plugin has not started".to_owned());
        };
        let events::Event { id, event_type, timestamp, project_id, data, attempt, cancelled } = event;
        let data = serde_json::from_str(&data).map_err(|error| format!("the event's data is not JSON: {error}"))?;
        let event = PluginEvent::from(Wire { id, event_type, timestamp, project_id, data }).with_attempt(attempt);
        let cancelled = pin!(cancelled.into_future());
        match unless_cancelled(instance.deliver(event), cancelled).await {
            Some(taken) => taken.map_err(|error| error.to_string()),
            None => Err("the time for it ran out".to_owned()),
        }
    }
}
