//! What can go wrong in a request, and what the client hears of it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use temps_plugin_sdk::prelude::*;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("{what} is {given}, at most {max} is allowed")]
    TooMuch { what: &'static str, given: u64, max: u64 },
    #[error("there is no job {0}")]
    NoSuchJob(u64),
    #[error("{0} jobs are running already, wait for one to end")]
    TooManyJobs(usize),
    #[error(transparent)]
    Platform(#[from] PlatformError),
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            AppError::TooMuch { .. } => StatusCode::BAD_REQUEST,
            AppError::NoSuchJob(_) | AppError::Platform(PlatformError::NotFound(_)) => StatusCode::NOT_FOUND,
            AppError::TooManyJobs(_) => StatusCode::TOO_MANY_REQUESTS,
            AppError::Platform(PlatformError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
            AppError::Platform(_) => StatusCode::BAD_GATEWAY,
        }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::warn!(error = &self as &(dyn std::error::Error + 'static), "a request failed");
        }
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// Refuses a number that is larger than its limit.
pub(crate) fn at_most(what: &'static str, given: u64, max: u64) -> Result<u64, AppError> {
    if given > max { Err(AppError::TooMuch { what, given, max }) } else { Ok(given) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_holds_at_its_boundary() {
        assert_eq!(at_most("lines", 10, 10).unwrap(), 10);
        let error = at_most("lines", 11, 10).unwrap_err();
        assert_eq!(error.to_string(), "lines is 11, at most 10 is allowed");
        assert_eq!(error.into_response().status(), StatusCode::BAD_REQUEST);
    }
}
