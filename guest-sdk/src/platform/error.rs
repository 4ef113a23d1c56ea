/// Why a query to the platform gave nothing, one variant for each code of the protocol and each fault on the way.
///
/// The text inside is the platform's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlatformError {
    /// The platform does not know the method: it is older than this SDK.
    #[error("the platform does not know this query: {0}")]
    MethodNotFound(String),
    /// The platform did not accept the parameters.
    #[error("the platform did not accept the parameters: {0}")]
    InvalidParams(String),
    /// The plugin may not ask this. An operator grants it what its manifest asks for.
    #[error("the platform does not allow this plugin to ask: {0}")]
    PermissionDenied(String),
    /// There is no such project, environment or deployment.
    #[error("the platform has no such thing: {0}")]
    NotFound(String),
    /// The platform wants a signed-in caller.
    #[error("the platform wants a signed-in caller: {0}")]
    Unauthenticated(String),
    /// The platform failed. Trying again later may help.
    #[error("the platform failed: {0}")]
    Internal(String),
    /// The channel to the platform is closed. Temps opens a new one when it can.
    #[error("the channel to the platform is closed")]
    Disconnected,
    /// No answer came within the launcher's time limit for a query.
    #[error("the platform did not answer in time")]
    TimedOut,
    /// More queries are under way than the launcher holds at once. Ask for less at a time.
    #[error("too many queries to the platform are under way")]
    Overloaded,
    /// The platform's answer did not have the expected form.
    #[error("the platform's answer was not understood: {0}")]
    Protocol(String),
}
