use http::StatusCode;
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::PlatformError;

/// What the platform's API answered. An error status is an answer too: see [`error_for_status`](Self::error_for_status).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiResponse {
    status: StatusCode,
    body: String,
}

impl ApiResponse {
    /// An answer, for an implementation of [`Platform`](crate::platform::Platform).
    ///
    /// # Errors
    ///
    /// [`ApiError::Platform`] for a status that HTTP does not have.
    pub fn new(status: u16, body: impl Into<String>) -> Result<Self, ApiError> {
        let status = StatusCode::from_u16(status)
            .map_err(|_| PlatformError::Protocol(format!("the API's status is {status}, which is none")))?;
        Ok(Self { status, body: body.into() })
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body as it came: JSON, or nothing.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.body
    }

    /// The body, read as JSON, whatever the status.
    ///
    /// # Errors
    ///
    /// [`ApiError::Decode`] if it is not JSON or not of this form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_str(&self.body).map_err(|error| ApiError::Decode(error.to_string()))
    }

    /// The answer, unless its status is 4xx or 5xx.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`], with status and body.
    pub fn error_for_status(self) -> Result<Self, ApiError> {
        if self.status.is_client_error() || self.status.is_server_error() {
            return Err(ApiError::Status { status: self.status, body: self.body });
        }
        Ok(self)
    }
}
