//! Testing a plugin natively, with `cargo test`: no wasm, no launcher, no Temps.
//!
//! The same code runs as in the component, on tokio instead of the launcher: the router is built and its routes are checked,
//! `on_start` runs, the platform is a fixture, and databases are SQLite's in a temporary folder. Not there: the limits of the sandbox, the headers that the launcher
//! takes off, and what a trap does. A test needs a tokio runtime: `#[tokio::test]`, with the [`tokio`]
//! that is re-exported here or with one of the plugin's `[dev-dependencies]`.
//!
//! ```
//! # use axum::{Router, Json, extract::{Path, State}, routing::get};
//! # use temps_plugin_sdk::prelude::*;
//! # #[derive(Default)]
//! # struct Names;
//! # impl ExternalPlugin for Names {
//! #     fn manifest(&self) -> PluginManifest { PluginManifest::builder("names", "0.1.0").build() }
//! #     async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
//! #         let handler = async |State(ctx): State<PluginContext>, Path(id): Path<i32>| {
//! #             ctx.temps().get_project(id).await.map(|project| project.name).map_err(|error| error.to_string())
//! #         };
//! #         Ok(Router::new().route("/name/{id}", get(handler)).with_state(ctx))
//! #     }
//! # }
//! use temps_plugin_sdk::testing::{FixturePlatform, TestPlugin, fixture};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let platform = FixturePlatform::new().project(fixture::project(7, "shop"));
//! let plugin = TestPlugin::builder().platform(platform).start::<Names>().await?;
//!
//! assert_eq!(plugin.get("/name/7").await?.text().await?, "shop");
//! # Ok(())
//! # }
//! ```
//!
//! What takes a [`PluginContext`](crate::PluginContext) is tested without a plugin: [`context`] gives one, and [`database`] a database alone. A restart is two
//! plugins with one [`data_dir`](TestPluginBuilder::data_dir). What the operator's policy file would tell the plugin is set with [`config`](TestPluginBuilder::config), or
//! [`context_with_config`]. A plugin does not start without the configuration that its manifest
//! requires, and gets the defaults that it declares.
//!
//! Other servers are an [`HttpScript`]: the requests that are expected, and their answers.
//!
//! A request comes from nobody, unless it is made [as a caller](TestPlugin::as_caller). What the plugin asks of the platform's API in that
//! caller's name is answered by [`FixturePlatform::api`].

mod api;
mod caller;
mod config;
mod context;
pub mod fixture;
mod http;
mod platform;
mod plugin;
mod response;

pub use api::MadeApiCall;
pub use caller::{CallerRequests, TestCaller};
#[cfg(feature = "database")]
pub use context::database;
pub use context::{context, context_with_config};
pub(crate) use http::current_script;
pub use http::{Exchange, HttpScript, InstalledScript, MadeRequest};
pub use platform::FixturePlatform;
pub use plugin::{TestPlugin, TestPluginBuilder};
pub use response::TestResponse;

/// The runtime of native tests. Where `tokio` is imported, `#[tokio::test]` finds it there, and a plugin
/// needs no dependency for its tests. Paused time (`start_paused`) takes one with the feature
/// `test-util`.
///
/// ```
/// use temps_plugin_sdk::testing::tokio;
///
/// #[tokio::test]
/// async fn it_starts() {}
/// ```
#[doc(no_inline)]
pub use tokio;

use crate::EventError;

/// Why an event was not taken. See [`TestPlugin::deliver`].
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The manifest does not subscribe to the event's type.
    #[error(
        "the manifest does not subscribe to `{event_type}`: it subscribes to {}; add `.event(\"{event_type}\")` to it",
        list(subscriptions)
    )]
    NotSubscribed {
        /// The event's type.
        event_type: String,
        /// What the manifest subscribes to.
        subscriptions: Vec<String>,
    },
    /// The plugin's handler failed. The launcher would deliver the event again.
    #[error("on_event failed: {0}")]
    Failed(EventError),
}

fn list(subscriptions: &[String]) -> String {
    if subscriptions.is_empty() { "nothing".to_owned() } else { subscriptions.join(", ") }
}

/// Why a test's request or the reading of its response failed, before or after the plugin had its turn.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The request is not one that HTTP allows, such as a path without a slash.
    #[error("not a valid request: {0}")]
    Request(#[from] ::http::Error),
    /// The value to send has no JSON form.
    #[error("the request's body cannot be written as JSON: {0}")]
    Encode(#[source] serde_json::Error),
    /// The plugin's body failed before its end.
    #[error("the response's body failed: {0}")]
    Body(#[from] axum::Error),
    /// The body is not UTF-8.
    #[error("the response's body is not text: {0}")]
    Text(#[from] std::string::FromUtf8Error),
    /// The body is not the JSON that the test expects.
    #[error("the response's body is not the expected JSON: {error}; it is `{body}`")]
    Json {
        /// What is wrong with it.
        error: serde_json::Error,
        /// The body as it came.
        body: String,
    },
}
