use http::StatusCode;
use temps_plugin_protocol::Capability;

use crate::PlatformError;

/// Why a call of the platform's API did not give what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The plugin's manifest does not ask for what the method needs.
    #[error("the plugin's manifest does not ask for {0:?}: add `.capability(Capability::{0:?})`, and have the operator grant it")]
    MissingCapability(Capability),
    /// The host gave nothing to act for this caller with, as for a plugin that the operator has granted no capability.
    #[error("the host does not let this plugin act for this caller")]
    NoActor,
    /// More than 15 minutes have passed since the request of this caller arrived.
    #[error("the time in which this caller may be acted for is over: it needs a new request")]
    Expired,
    /// The body is larger than the platform takes.
    #[error("the body has {bytes} bytes, and {limit} are allowed")]
    TooLarge {
        /// The bytes of the JSON, or of the contents of all parts.
        bytes: usize,
        /// How many there may be: [`MAX_API_PAYLOAD_BYTES`](super::MAX_API_PAYLOAD_BYTES).
        limit: usize,
    },
    /// The path or the query is not one, is longer than 8 KiB, or would leave the API.
    #[error("not a valid path or query: {0}")]
    InvalidPath(String),
    /// The query or the body has no encoded form.
    #[error("the call cannot be encoded: {0}")]
    Encode(String),
    /// The answer's body is not the JSON that was expected.
    #[error("the answer is not the expected JSON: {0}")]
    Decode(String),
    /// The API answered with an error status: from [`ApiResponse::error_for_status`](super::ApiResponse::error_for_status) only.
    #[error("the platform's API answered {status}: {body}")]
    Status {
        /// The status.
        status: StatusCode,
        /// The body; mostly a problem document.
        body: String,
    },
    /// The platform refused the call or failed, or could not be asked.
    #[error(transparent)]
    Platform(#[from] PlatformError),
}
