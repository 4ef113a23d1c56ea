//! What an author implements.

mod erased;
mod event_handler;

pub(crate) use erased::ErasedPlugin;
pub(crate) use event_handler::EventMismatch;
use event_handler::NoHandler;

use std::future::{Future, ready};

use axum::Router;
use temps_plugin_protocol::PluginManifest;

use crate::{Dir, EventError, PluginContext, PluginEvent, Route, StartError};

/// A Temps plugin.
///
/// One value is made with [`Default`] for each instance of the component, and lives as long as it. The methods are called in
/// this order; those with *async* may await platform calls, timers and anything built on them:
///
/// | Method | Called | An error |
/// |---|---|---|
/// | [`manifest`](Self::manifest), [`openapi_schema`](Self::openapi_schema), [`ui`](Self::ui) | before the plugin is announced | – |
/// | [`router`](Self::router) *async* | once; requests and events wait for it | ends the start |
/// | [`on_start`](Self::on_start) *async* | once, with the router in place | ends the start |
/// | [`routes`](Self::routes) | once | – |
/// | [`on_event`](Self::on_event) *async* | for each event, one at a time, in order | has the event delivered again |
/// | [`on_shutdown`](Self::on_shutdown) *async* | once, when asked to stop | – |
///
/// An instance that traps is replaced by a new one, which starts from the beginning: what is only in memory is lost then. A plugin that is
/// [`stateless`](Self::stateless) may have several instances at once.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use axum::{Router, extract::State, routing::get};
/// use temps_plugin_sdk::prelude::*;
///
/// #[derive(Default)]
/// struct Counter;
///
/// impl ExternalPlugin for Counter {
///     fn manifest(&self) -> PluginManifest {
///         PluginManifest::builder("counter", "0.1.0").display_name("Counter").build()
///     }
///
///     async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
///         let hits = Arc::new(AtomicU64::new(0));
///         Ok(Router::new().route("/hits", get(count)).with_state(hits))
///     }
/// }
///
/// async fn count(State(hits): State<Arc<AtomicU64>>) -> String {
///     hits.fetch_add(1, Ordering::Relaxed).to_string()
/// }
///
/// temps_plugin_sdk::main!(Counter);
/// ```
pub trait ExternalPlugin: Default + 'static {
    /// What the plugin says of itself. It must not depend on anything but the code: the launcher asks before it knows where
    /// it runs.
    fn manifest(&self) -> PluginManifest;

    /// Prepares the plugin's state and gives its routes. The router is built once and then answers every request.
    ///
    /// The routes must leave the health path, `/_events` and everything below `/_temps` alone: the launcher answers there
    /// itself, and a route that collides ends the start with an error that names it. A catch-all such as `/{*path}` is no
    /// collision; it just never sees those paths. Routes inside a `fallback_service` cannot be seen, and are not checked. With
    /// [`ui`](Self::ui) the same goes for `/ui` and everything below it.
    ///
    /// # Errors
    ///
    /// Whatever the plugin cannot start with. The error is final: its text goes to the log.
    fn router(&self, ctx: PluginContext) -> impl Future<Output = Result<Router, StartError>>;

    /// Called when the router stands, before the first request. The place to [`spawn`](crate::spawn) work that belongs to no
    /// request.
    ///
    /// # Errors
    ///
    /// As with [`router`](Self::router).
    fn on_start(&self, ctx: &PluginContext) -> impl Future<Output = Result<(), StartError>> {
        let _ = ctx;
        ready(Ok(()))
    }

    /// Takes an event that the manifest subscribes to. It may await. `Ok` says that the event is done; the next one waits until then.
    ///
    /// Without a subscription in the manifest it is never called, which the log warns of when the plugin
    /// starts from a component or is packed, and [`TestPlugin`](crate::testing::TestPlugin) when it starts.
    ///
    /// An event may come more than once, with the same [`id`](PluginEvent::id): after an error, and also when the launcher or the platform cannot
    /// know that it was taken. Make the handler idempotent. What it [`spawn`](crate::spawn)s and does not await is not part of the
    /// delivery: if the instance ends before that is done, nobody repeats it. [`events`](crate::events) says more.
    ///
    /// ```
    /// # use temps_plugin_sdk::prelude::*;
    /// # #[derive(Default)]
    /// # struct Live;
    /// # impl Live { async fn announce(&self, project: &str, url: &str) -> Result<(), std::io::Error> { Ok(()) } }
    /// # impl ExternalPlugin for Live {
    /// #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("live", "0.1.0").event("deployment.succeeded").build() }
    /// #     async fn router(&self, _: PluginContext) -> Result<axum::Router, StartError> { Ok(axum::Router::new()) }
    /// async fn on_event(&self, ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
    ///     if let EventKind::DeploymentSucceeded(DeploymentEvent { project_id: Some(project), url: Some(url), .. }) = event.kind() {
    ///         let project = ctx.temps().get_project(project).await?;
    ///         self.announce(&project.name, &url).await?;
    ///     }
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// An error, a trap, or taking longer than the launcher's limit means that the event is delivered again later, up to a number of tries
    /// with growing pauses. The error's text goes to the log.
    fn on_event(&self, ctx: &PluginContext, event: PluginEvent) -> impl Future<Output = Result<(), EventError>> {
        let _ = (ctx, event);
        NoHandler
    }

    /// Called when the plugin is asked to stop, after the requests under way have ended or their time has run out. Not
    /// called when the process is killed or the instance traps: nothing of worth may depend on it.
    fn on_shutdown(&self, ctx: &PluginContext) -> impl Future<Output = ()> {
        let _ = ctx;
        ready(())
    }

    /// Whether [`on_event`](Self::on_event) may be called for several events at once. How many is the operator's choice
    /// (`events_at_once`); one, unless they choose otherwise. With more than one the order of events means nothing.
    fn concurrent_events(&self) -> bool {
        false
    }

    /// Whether the plugin may run as several instances at once, each on a thread of its own, so that it uses more than one core. How many is
    /// the operator's choice (`instances`); one, unless they choose otherwise.
    ///
    /// `true` promises that it makes no difference which instance answers, though
    ///
    /// - each has memory of its own: its value of this type, statics, `axum`'s state, caches, locks. What one remembers, another does not know;
    /// - requests of one client may go to different instances;
    /// - [`router`](Self::router), [`on_start`](Self::on_start), what they [`spawn`](crate::spawn), and [`on_shutdown`](Self::on_shutdown) run in each
    ///   instance. The first has started before the others begin, so migrations that it ran are done, and theirs find nothing to do;
    /// - events go to the first instance alone;
    /// - databases and files are the same for all, so each write has to be right with another instance beside it: what is read to be written goes
    ///   into one transaction, and a file is best written under another name and renamed.
    ///
    /// ```
    /// # use temps_plugin_sdk::prelude::*;
    /// # #[derive(Default)]
    /// # struct Greeter;
    /// # impl ExternalPlugin for Greeter {
    /// #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("greeter", "0.1.0").build() }
    /// #     async fn router(&self, _: PluginContext) -> Result<axum::Router, StartError> { Ok(axum::Router::new()) }
    /// fn stateless(&self) -> bool {
    ///     true
    /// }
    /// # }
    /// ```
    fn stateless(&self) -> bool {
        false
    }

    /// The plugin's OpenAPI document, if it has one. Temps merges it into its own.
    ///
    /// It is JSON of OpenAPI 3 with `info.title`, `info.version`, and `paths` that begin with `/`, at most 1 MiB; another one ends the start. It
    /// can be written by hand, or derived from types and handlers with `utoipa`, which works in a component: the example `deploy-watch`
    /// does that.
    fn openapi_schema(&self) -> Option<serde_json::Value> {
        None
    }

    /// The built files of the plugin's user interface, if it has one, with `index.html` at their top. The launcher takes them once, before the plugin is announced, or
    /// when it is packed, and serves them at `/ui/`: no request for them reaches the guest.
    ///
    /// ```
    /// # use temps_plugin_sdk::prelude::*;
    /// # macro_rules! include_dir { ($path:literal) => { Dir::new("", &[]) }; }
    /// // use include_dir::include_dir; with `include_dir = "0.7"` in Cargo.toml
    /// static UI_DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web/dist");
    ///
    /// # #[derive(Default)]
    /// # struct Shop;
    /// # impl ExternalPlugin for Shop {
    /// #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("shop", "0.1.0").build() }
    /// #     async fn router(&self, _: PluginContext) -> Result<axum::Router, StartError> { Ok(axum::Router::new()) }
    /// fn ui(&self) -> Option<&'static Dir<'static>> {
    ///     Some(&UI_DIST)
    /// }
    /// # }
    /// ```
    ///
    /// | Request | Answer |
    /// |---|---|
    /// | `/ui` | a redirect to `ui/` |
    /// | `/ui/`, and a path below it that is no file and has no extension | `index.html`, asked for again each time (`no-cache`) |
    /// | the path of a file with a hash at the end of its name, such as `index-BkqX9f_a.js` | the file, kept by the browser for good (`immutable`) |
    /// | the path of another file below `/ui/` | the file, asked for again each time (`no-cache`) |
    /// | another path with an extension | 404 |
    ///
    /// The files stay in the guest's memory too, which is why they count against its limit. There may be 4,096 of them, of 16 MiB each and 64 MiB in all, unless
    /// the operator says otherwise; more of them, and a folder without `index.html`, end the start.
    ///
    /// Default `None`: what is below `/ui` is the router's, as everything else is.
    fn ui(&self) -> Option<&'static Dir<'static>> {
        None
    }

    /// A table of what the router answers. With one, the launcher answers 404 and 405 itself and names the pattern in its
    /// log. Empty, which is the default: the router answers everything.
    ///
    /// The table is not derived from the router: a route that is missing here is never reached.
    fn routes(&self) -> Vec<Route> {
        Vec::new()
    }
}
