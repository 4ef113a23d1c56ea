use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use axum::body::Body;
use http::Request;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use temps_plugin_protocol::{PluginManifest, ProtocolVersion, openapi};
use tower::Service;

use super::config::FixtureConfig;
use super::context::context_in;
use super::{CallerRequests, DeliverError, FixturePlatform, TestCaller, TestError, TestResponse};
use crate::instance::{Instance, StartFailure};
use crate::platform::{Platform, TempsClient};
use crate::plugin::ErasedPlugin;
use crate::request::RequestId;
use crate::{Dir, ExternalPlugin, PluginEvent, Route};

/// A plugin that was started natively. See [the module](super) for an example.
pub struct TestPlugin {
    instance: Instance,
    manifest: PluginManifest,
    protocol: ProtocolVersion,
    requests: Cell<u64>,
    /// How often each event was delivered, by its id.
    deliveries: RefCell<HashMap<String, u32>>,
}

impl TestPlugin {
    /// Starts a plugin with an empty platform. [`builder`](Self::builder) offers more.
    ///
    /// # Errors
    ///
    /// See [`TestPluginBuilder::start`].
    pub async fn start<P: ExternalPlugin>() -> Result<Self, StartFailure> {
        Self::builder().start::<P>().await
    }

    /// Prepares the plugin's surroundings.
    pub fn builder() -> TestPluginBuilder {
        TestPluginBuilder {
            temps: TempsClient::new(FixturePlatform::new()),
            data_dir: None,
            protocol: ProtocolVersion::V2,
            config: FixtureConfig::default(),
        }
    }

    /// The manifest that the plugin started with.
    #[must_use]
    pub fn manifest(&self) -> &PluginManifest {
        &self.manifest
    }

    /// The table of routes that the launcher would work from.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        self.instance.table()
    }

    /// The OpenAPI document that the launcher would announce.
    #[must_use]
    pub fn openapi_schema(&self) -> Option<serde_json::Value> {
        self.instance.openapi_schema()
    }

    /// The files that the launcher would serve below `/ui/`. Here nobody does: a request there goes to the router, which has nothing for it.
    #[must_use]
    pub fn ui(&self) -> Option<&'static Dir<'static>> {
        self.instance.ui()
    }

    /// Requests by a signed-in user, with what a v2 host says of that user. With protocol v1 they are requests like others, as nobody verifies
    /// the user there.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use temps_plugin_sdk::prelude::*;
    /// use temps_plugin_sdk::testing::{TestCaller, TestPlugin};
    /// # #[derive(Default)]
    /// # struct Mirror;
    /// # impl ExternalPlugin for Mirror {
    /// #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("mirror", "0.1.0").build() }
    /// #     async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
    /// #         Ok(Router::new().route("/me", get(async |caller: AuthenticatedCaller| caller.email().to_owned())))
    /// #     }
    /// # }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let plugin = TestPlugin::start::<Mirror>().await?;
    /// let me = plugin.as_caller(TestCaller::new(7).permission("projects:read")).get("/me").await?;
    /// assert_eq!(me.text().await?, "user-7@example.com");
    /// assert_eq!(plugin.get("/me").await?.status(), 401);
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_caller(&self, caller: TestCaller) -> CallerRequests<'_> {
        CallerRequests::new(self, caller)
    }

    pub(super) fn verifies_callers(&self) -> bool {
        self.protocol == ProtocolVersion::V2
    }

    /// Sends a request and waits for the response's head; its body may still be under way. Dropping the future drops the
    /// handler, as when a client goes away.
    pub async fn request(&self, mut request: Request<Body>) -> TestResponse {
        self.requests.set(self.requests.get() + 1);
        request.extensions_mut().insert(RequestId(self.requests.get()));
        match self.instance.router().call(request).await {
            Ok(response) => TestResponse::new(response),
            Err(never) => match never {},
        }
    }

    /// Sends a `GET` without a body.
    ///
    /// # Errors
    ///
    /// [`TestError::Request`] if the path is not one.
    pub async fn get(&self, path: &str) -> Result<TestResponse, TestError> {
        Ok(self.request(get(path)?).await)
    }

    /// Sends a `POST` with a JSON body.
    ///
    /// # Errors
    ///
    /// [`TestError::Request`] if the path is not one, [`TestError::Encode`] if the value has no JSON form.
    pub async fn post_json(&self, path: &str, value: &impl Serialize) -> Result<TestResponse, TestError> {
        Ok(self.request(post_json(path, value)?).await)
    }

    /// Hands an event to the plugin, as the launcher does, once: a failed delivery is not repeated. Delivered again, the same event reaches the
    /// plugin again, and [`attempt`](PluginEvent::attempt) counts up. There is no time limit.
    ///
    /// ```
    /// # use temps_plugin_sdk::prelude::*;
    /// # use temps_plugin_sdk::testing::{DeliverError, TestPlugin, fixture};
    /// # #[derive(Default)]
    /// # struct Live;
    /// # impl ExternalPlugin for Live {
    /// #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("live", "0.1.0").event("deployment.succeeded").build() }
    /// #     async fn router(&self, _: PluginContext) -> Result<axum::Router, StartError> { Ok(axum::Router::new()) }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let plugin = TestPlugin::start::<Live>().await?;
    /// let event = fixture::deployment_succeeded(1, 7, 3);
    /// plugin.deliver(event.clone()).await?;
    /// plugin.deliver(event).await?;
    ///
    /// let unwanted = plugin.deliver(fixture::project_created(7, "shop")).await;
    /// assert!(matches!(unwanted, Err(DeliverError::NotSubscribed { .. })));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`DeliverError::NotSubscribed`] if the manifest does not subscribe to the event's type, so that the launcher would keep it away;
    /// [`DeliverError::Failed`] with what `on_event` gives.
    pub async fn deliver(&self, event: PluginEvent) -> Result<(), DeliverError> {
        if !self.manifest.subscribes_to(&event.event_type) {
            let subscriptions = self.manifest.events.clone();
            return Err(DeliverError::NotSubscribed { event_type: event.event_type, subscriptions });
        }
        let attempt = {
            let mut deliveries = self.deliveries.borrow_mut();
            let count = deliveries.entry(event.id.clone()).or_default();
            *count += 1;
            *count
        };
        self.instance.deliver(event.with_attempt(attempt)).await.map_err(DeliverError::Failed)
    }

    /// Asks the plugin to stop. Tasks that it has spawned go on.
    pub async fn shutdown(self) {
        self.instance.shut_down().await;
    }
}

pub(super) fn get(path: &str) -> Result<Request<Body>, TestError> {
    Ok(Request::get(path).body(Body::empty())?)
}

pub(super) fn post_json(path: &str, value: &impl Serialize) -> Result<Request<Body>, TestError> {
    let body = serde_json::to_vec(value).map_err(TestError::Encode)?;
    Ok(Request::post(path).header(CONTENT_TYPE, "application/json").body(Body::from(body))?)
}

impl std::fmt::Debug for TestPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestPlugin").field("manifest", &self.manifest).finish_non_exhaustive()
    }
}

/// What a [`TestPlugin`] finds around it. Made by [`TestPlugin::builder`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `start`"]
pub struct TestPluginBuilder {
    temps: TempsClient,
    data_dir: Option<PathBuf>,
    protocol: ProtocolVersion,
    config: FixtureConfig,
}

impl TestPluginBuilder {
    /// What answers the plugin's queries. Default: a platform with nothing in it.
    pub fn platform(mut self, platform: impl Platform) -> Self {
        self.temps = TempsClient::new(platform);
        self
    }

    /// The plugin's own folder, which has to be there if it is used. Its databases are kept in it too, so that a second plugin with the
    /// same folder finds them, as after a restart.
    ///
    /// Default: `/data`, which is not created, and databases in a temporary folder that lasts as long as they are in use.
    pub fn data_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(folder.into());
        self
    }

    /// The protocol's generation. Default v2.
    pub fn protocol_version(mut self, version: ProtocolVersion) -> Self {
        self.protocol = version;
        self
    }

    /// Sets something that the operator tells the plugin: see
    /// [`PluginContext::config`](crate::PluginContext::config). By default there are only the
    /// defaults that the manifest declares.
    pub fn config(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.config.set(key, value);
        self
    }

    /// Starts the plugin: checks its manifest, that required configuration is set, its OpenAPI document
    /// and user interface, builds its router, checks its routes, and runs `on_start`.
    ///
    /// A subscription to an event type that no known Temps sends, and a handler for events without a
    /// subscription or the other way round, are warnings through `tracing`: they are no errors.
    ///
    /// # Errors
    ///
    /// [`StartFailure`], for each of these.
    pub async fn start<P: ExternalPlugin>(self) -> Result<TestPlugin, StartFailure> {
        let plugin: Rc<dyn ErasedPlugin> = Rc::new(P::default());
        let manifest = plugin.manifest();
        manifest.validate()?;
        manifest.unknown_events().for_each(|event| tracing::warn!("{event}"));
        if let Some(mismatch) = plugin.event_mismatch(&manifest) {
            tracing::warn!("{mismatch}");
        }
        let config = self.config.complete(&manifest.name, &manifest.config)?;
        if let Some(document) = plugin.openapi_schema() {
            openapi::check(&document)?;
        }
        if plugin.ui().is_some_and(|files| files.get_file("index.html").is_none()) {
            return Err(StartFailure::NoIndex);
        }
        let context = context_in(manifest.name.clone(), self.data_dir, self.protocol, self.temps, &manifest.capabilities, config);
        let instance = Instance::start(plugin, context).await?;
        let (requests, deliveries) = (Cell::new(0), RefCell::default());
        Ok(TestPlugin { instance, manifest, protocol: self.protocol, requests, deliveries })
    }
}

#[cfg(test)]
mod tests;
