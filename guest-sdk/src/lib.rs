//! Write Temps plugins in Rust that run as WebAssembly components.
//!
//! A plugin is an [`axum`] router, a manifest, and perhaps a handler for the platform's events:
//!
//! ```
//! use axum::{Json, Router, extract::Path, routing::get};
//! use temps_plugin_sdk::prelude::*;
//!
//! #[derive(Default)]
//! struct Greeter;
//!
//! impl ExternalPlugin for Greeter {
//!     fn manifest(&self) -> PluginManifest {
//!         PluginManifest::builder("greeter", "0.1.0").display_name("Greeter").event("deployment.succeeded").build()
//!     }
//!
//!     async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
//!         Ok(Router::new().route("/greet/{name}", get(greet)))
//!     }
//!
//!     async fn on_event(&self, ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
//!         let Some(id) = event.project_id else { return Ok(()) };
//!         let project = ctx.temps().get_project(id).await?;
//!         tracing::info!(project = project.name, "{}", event.event_type);
//!         Ok(())
//!     }
//! }
//!
//! async fn greet(Path(name): Path<String>) -> Json<String> {
//!     Json(format!("hello {name}"))
//! }
//!
//! temps_plugin_sdk::main!(Greeter);
//! ```
//!
//! The crate is a library of the type `cdylib`, built for `wasm32-wasip2`. Its tests run natively: see [`testing`].
//!
//! # What differs from a native plugin
//!
//! `docs/writing.md` in the project's repository goes through a first plugin; `docs/porting.md` moves a native plugin over, and has every difference in one table. Where to look for what it has inside:
//!
//! | Native | Here |
//! |---|---|
//! | `router`, `on_event`, handlers for `/ui` | [`ExternalPlugin`]: async, with errors, and [`ui`](ExternalPlugin::ui) |
//! | `Database::connect`, sea-orm's drivers | [`database`], [`sea_orm`] |
//! | `reqwest` | [`http`] |
//! | `tokio::spawn`, `tokio::time` | [`spawn`], [`time`] |
//! | the headers `x-temps-user-*` | [`identity`]: **with a v1 host there never is a caller** |
//! | `x-temps-actor-token` | [`api`] |
//! | `std::env::var` | [`PluginContext::config`] |
//! | a store in a test's temporary folder | [`testing`] |
//!
//! # One thread
//!
//! A component has one thread, and one instance of it answers many requests at once: while one awaits, others run. State is
//! shared as in any axum application, with `Arc` and `with_state`. `tokio::sync` works, across requests too: mutexes, channels,
//! `Notify`, `Semaphore`. So do `futures` and everything else that needs no runtime.
//!
//! What needs tokio's *runtime* does not: `tokio::spawn` and `tokio::time` panic for want of one, and a panic ends the
//! instance with every request in it. `std::thread::sleep` waits by blocking the one thread, so that nobody is answered
//! meanwhile; so does a loop that computes for long without awaiting. `tokio::sync`'s `blocking_*` methods have no other thread to
//! wait for.
//!
//! Small blocks come from an allocator of the SDK's, which is faster than the C library's. A plugin that defines a `#[global_allocator]` of its own
//! depends on the SDK without its default feature `allocator`.
//!
//! # Several instances
//!
//! One instance uses one core. A plugin that keeps nothing in memory that matters says [`stateless`](ExternalPlugin::stateless), and its operator may then give
//! it several instances, each with a thread and memory of its own: `--limit instances=4`. Requests are spread over them by connection. What that means for
//! statics, the router's state, background tasks, events, databases and files is said [there](ExternalPlugin::stateless).
//!
//! # A user interface
//!
//! The built files are embedded as in a native plugin, and [`ExternalPlugin::ui`] gives them away. The launcher serves them at `/ui/` without the guest: the
//! redirect from `/ui`, `index.html` for the pages of a single-page app, types, caching, compression, ranges, and a `Content-Security-Policy` that
//! [`PluginManifestBuilder::content_security_policy`] replaces. A browser sees it at `/api/x/{plugin}/ui/`, which is also what Vite's `base` has to be.
//! The crate `temps-plugin-web-build` builds it from the plugin's `build.rs`.
//!
//! # Configuration
//!
//! The operator sets what differs from installation to installation, in `[config]` of the plugin's
//! policy file. A plugin declares the keys that it takes with [`PluginManifestBuilder::config`] and
//! reads them with [`PluginContext::config`]:
//!
//! ```
//! # use temps_plugin_sdk::prelude::*;
//! PluginManifest::builder("mail", "1.0.0")
//!     .config(ConfigKey::new("api_key", "The key of the mail service").required().secret())
//!     .config(ConfigKey::new("region", "The region to send from").default_value("eu"))
//! # ;
//! ```
//!
//! | A key is | Without a value from the operator |
//! |---|---|
//! | [`required`](ConfigKey::required) | the plugin does not start, and the message shows the lines to add |
//! | with a [`default_value`](ConfigKey::default_value) | `ctx.config` gives the default |
//! | neither | `ctx.config` gives `None` |
//!
//! `temps-wasm inspect` shows the keys to the operator, and `temps-wasm install` asks for required
//! ones. No tool shows the value of a [`secret`](ConfigKey::secret). A plugin gets keys that it does
//! not declare, too. If it declares any, the launcher warns of the others in its log.
//!
//! # Files
//!
//! `std::fs` works in [`PluginContext::data_dir`], which outlives restarts, and nowhere else. Each call blocks the one thread while it lasts:
//! mostly a fraction of a millisecond, but a second or so for 100 MiB, and as long as the disk takes for `sync_all`. Give the thread back
//! between the pieces of large work, for example with [`time::sleep`]: an instance that nobody gets through to for 15 s is ended.
//!
//! Links cannot be made. What the folder may hold is limited, by bytes and by number: beyond it calls fail, and work again when something
//! has been deleted. std has no [`std::io::ErrorKind`] for that on `wasm32-wasip2`: making a file or folder fails with `raw_os_error()` 51, "No space
//! left on device", and a write with 29, "I/O error", as libc does not ask for its reason. The log tells which limit it was.

#![cfg_attr(target_family = "wasm", allow(rustdoc::broken_intra_doc_links, reason = "`testing` is for native targets only"))]

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod wasm;

// What the component needs and its tests check natively.
#[cfg(any(all(target_family = "wasm", feature = "allocator"), test))]
mod allocator;
#[cfg(any(target_family = "wasm", test))]
mod body;
#[cfg(any(target_family = "wasm", test))]
mod cancellation;
#[cfg(any(target_family = "wasm", test))]
mod log;

mod config;
mod context;
mod error;
mod instance;
mod plugin;
mod problem;
mod request;
mod reserved;
mod route;

pub mod api;
#[cfg(feature = "database")]
pub mod database;
#[cfg(not(feature = "database"))]
#[path = "without_database.rs"]
mod database;
pub mod events;
pub mod http;
pub mod identity;
pub mod platform;
pub mod prelude;
pub mod task;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
pub mod time;

pub use api::{ApiClient, ApiError};
pub use context::PluginContext;
#[cfg(feature = "database")]
pub use database::{Database, DatabaseError, DatabaseTransaction};
pub use error::{EventError, StartError};
pub use events::PluginEvent;
pub use identity::{AuthenticatedCaller, Forbidden, OptionalCaller, Role};
pub use include_dir::Dir;
pub use instance::StartFailure;
pub use platform::{PlatformError, TempsClient};
pub use plugin::ExternalPlugin;
pub use request::{RequestBodyError, RequestId};
pub use reserved::ReservedRoute;
pub use route::Route;
pub use task::{JoinError, JoinHandle, spawn};
pub use temps_plugin_protocol::{
    Capability, ConfigKey, ConfigKeyError, Deployment, Environment, ManifestError, MissingConfig, NavEntry, NavSection,
    NetworkWant, PluginManifest, PluginManifestBuilder, PluginUi, Project, ProtocolVersion, UiRoute, headers,
};

/// Crates whose types this one shows, so that a plugin can do with one dependency. The crate `http` is [`axum::http`].
///
/// Derived code names its crate: with `#[serde(crate = "temps_plugin_sdk::serde")]` on a type, `Serialize` and `Deserialize` find theirs here; `include_dir!` and
/// sea-orm's macros do where `include_dir` and `sea_orm` are imported.
#[doc(no_inline)]
pub use {axum, bytes, chrono, futures, include_dir, serde, serde_json, tracing};

#[cfg(feature = "database")]
pub use sea_orm;

/// Makes a crate a plugin: the type that it is given, an [`ExternalPlugin`], becomes the component's exports.
///
/// Once in a crate, at the top level. For other targets than wasm it only checks the type, so that tests build natively.
///
/// ```
/// # use temps_plugin_sdk::prelude::*;
/// # #[derive(Default)]
/// # struct MyPlugin;
/// # impl ExternalPlugin for MyPlugin {
/// #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("my-plugin", "0.1.0").build() }
/// #     async fn router(&self, _: PluginContext) -> Result<axum::Router, StartError> { Ok(axum::Router::new()) }
/// # }
/// temps_plugin_sdk::main!(MyPlugin);
/// ```
#[macro_export]
macro_rules! main {
    ($plugin:ty $(,)?) => {
        const _: () = {
            const fn is_a_plugin<P: $crate::ExternalPlugin>() {}
            is_a_plugin::<$plugin>();

            #[cfg(target_family = "wasm")]
            type Component = $crate::wasm::Component<$plugin>;
            // Named in `temps_plugin_protocol::SDK_VERSION_SECTION`. Here and not in the SDK: the linker takes
            // a section from a library only with something else of its object.
            #[cfg(target_family = "wasm")]
            #[used]
            #[unsafe(link_section = "temps-sdk-version")]
            static SDK_VERSION: [u8; $crate::wasm::VERSION.len()] = $crate::wasm::VERSION;

            #[cfg(target_family = "wasm")]
    $crate::wasm::bindings::export!(Component with_types_in $crate::wasm::bindings);
        };
    };
}

/// The code of `docs/writing.md`, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/writing.md")]
struct Writing;

/// The code of `docs/porting.md`, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/porting.md")]
struct Porting;
