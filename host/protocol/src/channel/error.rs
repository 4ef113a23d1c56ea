use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The platform's answer when it has no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ChannelError {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// The platform's own words; may be empty.
    #[serde(default)]
    pub message: String,
}

impl ChannelError {
    /// An error with this code and these words.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The kind of a platform's failure. A code that is not known here is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The platform does not know the method.
    MethodNotFound,
    /// The platform did not accept the parameters.
    InvalidParams,
    /// The plugin, or the user that it acts for, may not ask this.
    PermissionDenied,
    /// There is no such thing.
    NotFound,
    /// The platform failed, or (on the newest hosts) more than 32 calls were under way.
    Internal,
    /// The call needs a signed-in user, and its token is missing, wrong or too old. v2 only.
    Unauthenticated,
    /// A code of a newer host. `ErrorCode::from` makes it of a text, and gives the variants above
    /// for their own codes.
    Other(String),
}

impl ErrorCode {
    /// The code on the wire, such as `not_found`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::MethodNotFound => "method_not_found",
            Self::InvalidParams => "invalid_params",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::Internal => "internal",
            Self::Unauthenticated => "unauthenticated",
            Self::Other(code) => code,
        }
    }
}

impl From<String> for ErrorCode {
    fn from(code: String) -> Self {
        match code.as_str() {
            "method_not_found" => Self::MethodNotFound,
            "invalid_params" => Self::InvalidParams,
            "permission_denied" => Self::PermissionDenied,
            "not_found" => Self::NotFound,
            "internal" => Self::Internal,
            "unauthenticated" => Self::Unauthenticated,
            _ => Self::Other(code),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_are_text_on_the_wire() {
        let codes = [
            (ErrorCode::MethodNotFound, "method_not_found"),
            (ErrorCode::InvalidParams, "invalid_params"),
            (ErrorCode::PermissionDenied, "permission_denied"),
            (ErrorCode::NotFound, "not_found"),
            (ErrorCode::Internal, "internal"),
            (ErrorCode::Unauthenticated, "unauthenticated"),
            (ErrorCode::Other("NOT_FOUND".into()), "NOT_FOUND"),
        ];
        for (code, text) in codes {
            assert_eq!(serde_json::to_value(&code).unwrap(), json!(text));
            assert_eq!(serde_json::from_value::<ErrorCode>(json!(text)).unwrap(), code);
            assert_eq!(code.to_string(), text);
        }
    }

    #[test]
    fn a_code_has_to_be_there_and_a_message_need_not() {
        let error: ChannelError = serde_json::from_value(json!({"code": "internal"})).unwrap();
        assert_eq!(error, ChannelError::new(ErrorCode::Internal, ""));
        assert!(serde_json::from_value::<ChannelError>(json!({"message": "?"})).is_err());
        assert!(serde_json::from_value::<ChannelError>(json!({"code": 404})).is_err());
    }

    #[test]
    fn shows_code_and_words() {
        let error = ChannelError::new(ErrorCode::NotFound, "project 99 not found");
        assert_eq!(error.to_string(), "not_found: project 99 not found");
    }
}
