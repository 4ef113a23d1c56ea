//! HTTP requests to other servers, in the manner of `reqwest`.
//!
//! ```
//! use serde_json::json;
//! use temps_plugin_sdk::http::{Client, Error};
//!
//! async fn submit(client: &Client, host: &str, urls: &[String]) -> Result<(), Error> {
//!     let body = json!({ "host": host, "urlList": urls });
//!     client.post("https://api.indexnow.org/indexnow").json(&body).send().await?.error_for_status()?;
//!     Ok(())
//! }
//! ```
//!
//! **Nothing is reached that the operator does not allow.** The policy file beside the plugin names origins, and a request to another one fails with
//! an error that [`is_denied`](Error::is_denied). Neither are addresses reached that are not public (loopback, private networks, the metadata of clouds),
//! under whatever name, unless the policy has them too. Say in the manifest what the plugin needs, and why, so that the operator knows:
//!
//! ```
//! # use temps_plugin_sdk::prelude::*;
//! let manifest = PluginManifest::builder("indexer", "0.1.0")
//!     .network("https://api.indexnow.org", "tells search engines of new pages")
//!     .build();
//! ```
//!
//! | `reqwest` | here |
//! |---|---|
//! | `Client::new()`, builders, `send().await?` | the same |
//! | `Url`, `IntoUrl` | text; parse it with the `url` crate where that is wanted |
//! | HTTP/2, TLS, decompression, a pool of connections | the launcher's, always on: gzip, brotli, zstd; roots that it carries |
//! | cookies, proxies, certificates, DNS | none to set |
//! | `multipart` | none: build a [`Body`] |
//! | no time limit | 5 min for all of a request, its body included, unless the operator says otherwise; [`timeout`](RequestBuilder::timeout) makes it less |
//! | bodies of any size | 64 MiB after decompression, unless the operator says otherwise |
//! | `host`, `connection`, `expect` and the like in headers | refused: they are the connection's |
//!
//! Many requests may be under way at once: while one waits, others run. 32 are sent, and more wait in order. Dropping a request or a response's body closes its connection.
//!
//! Tests run natively against a script: see [`testing::HttpScript`](crate::testing::HttpScript).

mod body;
mod client;
mod error;
pub mod redirect;
mod request;
mod response;
pub(crate) mod transport;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
pub use body::Body;
pub use client::{Client, ClientBuilder};
pub use error::{Error, Ungranted};
pub use request::RequestBuilder;
pub use response::Response;

pub(crate) use body::Source;
#[cfg(target_family = "wasm")]
pub(crate) use body::SourceError;
pub(crate) use error::Kind;

/// Sends a `GET` with a client of default settings. Make a [`Client`] to say more.
///
/// # Errors
///
/// See [`RequestBuilder::send`].
pub async fn get(url: impl Into<String>) -> Result<Response, Error> {
    Client::new().get(url).send().await
}

#[cfg(test)]
mod tests;
