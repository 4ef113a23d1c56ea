//! The headers that Temps puts on requests to a plugin, in lower case.
//!
//! What they are worth depends on the protocol's version. A v2 host removes every inbound header
//! that begins with [`PREFIX`] before it adds its own, so they are true on a request with the right
//! [`AUTH_SIGNATURE`]. A v1 host removes none and signs nothing: there, whatever [`USER_ID`] and
//! its like say, the caller is unverified.

/// What every header of Temps begins with.
pub const PREFIX: &str = "x-temps-";

/// The name of the plugin that a proxied request is for. The host's own requests, for the channel
/// and for events, lack it.
pub const PLUGIN: &str = "x-temps-plugin";

/// An identifier of the request, for log lines that belong together.
pub const REQUEST_ID: &str = "x-temps-request-id";

/// The caller's id, v2 only. Id, email and role come all three or none; none means an anonymous
/// caller.
pub const USER_ID: &str = "x-temps-user-id";

/// The caller's email address, v2 only.
pub const USER_EMAIL: &str = "x-temps-user-email";

/// The caller's role, v2 only: `admin`, `platform_admin`, `user`, `reader`, `api_reader`, `custom`
/// or `metrics_ingest`.
pub const USER_ROLE: &str = "x-temps-user-role";

/// The caller's permissions, v2 only, separated by commas, such as `projects:read`. Authorise
/// against these, not the role.
pub const USER_PERMISSIONS: &str = "x-temps-user-permissions";

/// The auth secret, v2 only, on every request that the host sends or passes on. To be compared in
/// constant time.
pub const AUTH_SIGNATURE: &str = "x-temps-auth-signature";

/// A token for API calls on the caller's behalf, v2 only. Lives 15 minutes, and is bound to this
/// plugin. Sent for signed-in callers of a plugin that has an API capability.
pub const ACTOR_TOKEN: &str = "x-temps-actor-token";

/// The auth secret, on a v1 host's `POST` of an event. To be compared in constant time.
pub const AUTH: &str = "x-temps-auth";
