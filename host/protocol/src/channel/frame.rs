use serde_json::{Map, Value};

use super::{ChannelError, ErrorCode, MAX_API_PAYLOAD_BYTES};
use crate::ProtocolVersion;

/// Why a frame cannot be written or taken.
///
/// One bad frame does not end the channel. When [`id`](Self::id) gives a number, the other side or
/// an asker of this side waits for that answer.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The message is not JSON.
    #[error("channel frame: not JSON: {reason}")]
    NotJson {
        /// Where and why parsing stopped.
        reason: serde_json::Error,
    },
    /// The message is JSON, but no object.
    #[error("channel frame: JSON, but not an object")]
    NotAnObject,
    /// The `type` is missing, or none that this side takes. A newer peer may send such: it is safe
    /// to ignore.
    #[error("channel frame: `type` is {}, which this side does not take", found.as_deref().unwrap_or("missing"))]
    Type {
        /// What was there, as JSON text.
        found: Option<String>,
    },
    /// The `id` is missing, or no unsigned 64-bit number.
    #[error("channel {frame}: `id` is missing or not an unsigned number")]
    Id {
        /// The frame's `type`.
        frame: &'static str,
    },
    /// A request has no method where this version has it.
    #[error("channel request {id}: `{field}` is missing or not text, which {version} needs")]
    MethodMissing {
        /// The request.
        id: u64,
        /// Where the method was expected.
        field: &'static str,
        /// The version that was expected.
        version: ProtocolVersion,
    },
    /// A request's method is not one of this version.
    #[error("channel request {id}: {version} has no method {method:?}")]
    MethodUnknown {
        /// The request.
        id: u64,
        /// The method asked for.
        method: String,
        /// The version spoken.
        version: ProtocolVersion,
    },
    /// A request's parameters do not fit its method.
    #[error("channel request {id}: parameters of {method:?}: {reason}")]
    Params {
        /// The request.
        id: u64,
        /// The method asked for.
        method: String,
        /// Which parameter it is about.
        reason: serde_json::Error,
    },
    /// An API call carries more than [`MAX_API_PAYLOAD_BYTES`].
    #[error(
        "channel request {id}: the API call carries {bytes} bytes, the platform takes at most {MAX_API_PAYLOAD_BYTES}: send less"
    )]
    PayloadTooLarge {
        /// The request.
        id: u64,
        /// What it carries.
        bytes: usize,
    },
    /// A request cannot be written as JSON.
    #[error("channel request {id}: cannot be written: {reason}")]
    Encode {
        /// The request.
        id: u64,
        /// Why.
        reason: serde_json::Error,
    },
    /// A response has neither a result nor an error where this version has them.
    #[error("channel response {id}: has neither a result nor an error where {version} has them")]
    NoOutcome {
        /// The request that was answered.
        id: u64,
        /// The version that was expected.
        version: ProtocolVersion,
    },
    /// A response's error has another form.
    #[error("channel response {id}: error: {reason}")]
    Error {
        /// The request that was answered.
        id: u64,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// An event is missing, or has another form.
    #[error("channel event: {reason}")]
    Event {
        /// What is wrong with it.
        reason: serde_json::Error,
    },
}

impl FrameError {
    /// The id of the request, or of the response, if the frame got as far as that.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        match self {
            Self::NotJson { .. } | Self::NotAnObject | Self::Type { .. } | Self::Id { .. } | Self::Event { .. } => None,
            Self::MethodMissing { id, .. }
            | Self::MethodUnknown { id, .. }
            | Self::Params { id, .. }
            | Self::PayloadTooLarge { id, .. }
            | Self::Encode { id, .. }
            | Self::NoOutcome { id, .. }
            | Self::Error { id, .. } => Some(*id),
        }
    }

    /// What a host answers to a request that it could not take: [`ErrorCode::MethodNotFound`] for
    /// an unknown method, [`ErrorCode::InvalidParams`] for all else.
    #[must_use]
    pub fn to_channel_error(&self) -> ChannelError {
        let code = match self {
            Self::MethodUnknown { .. } => ErrorCode::MethodNotFound,
            Self::NotJson { .. }
            | Self::NotAnObject
            | Self::Type { .. }
            | Self::Id { .. }
            | Self::MethodMissing { .. }
            | Self::Params { .. }
            | Self::PayloadTooLarge { .. }
            | Self::Encode { .. }
            | Self::NoOutcome { .. }
            | Self::Error { .. }
            | Self::Event { .. } => ErrorCode::InvalidParams,
        };
        ChannelError::new(code, self.to_string())
    }
}

/// A frame's fields.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, FrameError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(FrameError::NotAnObject),
        Err(reason) => Err(FrameError::NotJson { reason }),
    }
}

/// A frame's `type`, if it is a text.
pub(super) fn frame_type(fields: &Map<String, Value>) -> Option<&str> {
    fields.get("type").and_then(Value::as_str)
}

pub(super) fn other_type(fields: &Map<String, Value>) -> FrameError {
    FrameError::Type { found: fields.get("type").map(Value::to_string) }
}

pub(super) fn id(fields: &Map<String, Value>, frame: &'static str) -> Result<u64, FrameError> {
    fields.get("id").and_then(Value::as_u64).ok_or(FrameError::Id { frame })
}
