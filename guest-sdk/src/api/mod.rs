//! Calls of the platform's HTTP API, as the user that a request comes from.
//!
//! ```
//! use temps_plugin_sdk::prelude::*;
//!
//! async fn rename(ctx: &PluginContext, caller: &AuthenticatedCaller, id: i32) -> Result<String, ApiError> {
//!     let api = ctx.api_for(caller);
//!     let project: serde_json::Value = api.get(format!("/projects/{id}")).send().await?.error_for_status()?.json()?;
//!     let renamed = serde_json::json!({ "name": "shop" });
//!     api.patch(format!("/projects/{id}")).json(&renamed).send().await?.error_for_status()?;
//!     Ok(format!("{} is now shop", project["name"]))
//! }
//! ```
//!
//! | For a call | What is needed |
//! |---|---|
//! | at all | a v2 host, and a [verified caller](crate::identity) |
//! | `GET` | [`Capability::ApiRead`](crate::Capability::ApiRead) in the manifest |
//! | every other method | [`Capability::ApiWrite`](crate::Capability::ApiWrite) in the manifest |
//! | what it asks for | the permission of the user, which the platform checks |
//!
//! A caller may be acted for until 15 minutes after the request has arrived, so also by a task that goes on after it. A call has the time limit
//! of a query, and 32 of both are under way at once; more wait in order. Nothing is repeated here.

mod client;
mod error;
mod form;
mod request;
mod response;

pub use client::{ApiClient, ApiRequestBuilder};
pub use error::ApiError;
pub use form::Form;
pub use request::ApiRequest;
pub use response::ApiResponse;
pub use temps_plugin_protocol::channel::MAX_API_PAYLOAD_BYTES;
pub use temps_plugin_protocol::{ApiBody, ApiMethod, MultipartPart, PartContent};

#[cfg(test)]
mod tests;
