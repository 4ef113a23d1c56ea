//! Who a request comes from, and what that user may do.
//!
//! | Host | Request | [`AuthenticatedCaller`] | [`OptionalCaller`] |
//! |---|---|---|---|
//! | v2 | of a signed-in user | the user | the user |
//! | v2 | anonymous, on a [public path](crate::PluginManifestBuilder::public_path) | 401 | `None` |
//! | v1 | any | **401, always** | **`None`, always** |
//!
//! Both are extractors, for routers with any state. What they give comes from the launcher and cannot be forged by a client; a
//! request's `x-temps-user-*` headers say the same with a v2 host, and are taken off with a v1 host.
//!
//! What a user may do is in [`AuthenticatedCaller::permissions`], and not in the role. To do something on the platform as the user, there is
//! [`PluginContext::api_for`](crate::PluginContext::api_for).

mod actor;
mod caller;
mod rejection;
mod role;

pub use actor::Actor;
pub(crate) use caller::Verified;
pub use caller::{AuthenticatedCaller, OptionalCaller};
pub use rejection::{Forbidden, Unauthenticated};
pub use role::Role;

#[cfg(test)]
mod tests;
