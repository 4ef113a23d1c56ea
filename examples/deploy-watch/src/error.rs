//! What the client hears of an error: a problem document.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use temps_plugin_sdk::prelude::*;

use crate::store::StoreError;
use crate::types::Problem;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("{}", .0.body_text())]
    Query(#[from] QueryRejection),
    #[error("{}", .0.body_text())]
    Path(#[from] PathRejection),
    #[error("no event said into which project and environment deployment {0} went: it cannot be repeated")]
    Unplaced(i32),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the platform did not redeploy: {}", of_api(.0))]
    Api(#[from] ApiError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Query(_) | Self::Path(_) | Self::Store(StoreError::Limit { .. }) => StatusCode::BAD_REQUEST,
            Self::Store(StoreError::NoDeployment(_)) => StatusCode::NOT_FOUND,
            Self::Unplaced(_) => StatusCode::CONFLICT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Api(error) => status_of(error),
            Self::Store(StoreError::Database(DatabaseError::Busy(_))) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the client hears. A database's error names its statement, which is for the log.
    fn detail(&self) -> String {
        match self {
            Self::Store(StoreError::Database(_) | StoreError::Orm(_) | StoreError::Migration(_)) => {
                "the plugin's database could not do it: the plugin's log says why".to_owned()
            }
            _ => self.to_string(),
        }
    }
}

/// What the caller can do something about keeps its status; what is between the plugin and the platform is a gateway's.
fn status_of(error: &ApiError) -> StatusCode {
    match error {
        ApiError::Status { status, .. } => match *status {
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE => *status,
            _ => StatusCode::BAD_GATEWAY,
        },
        ApiError::Expired | ApiError::Platform(PlatformError::Unauthenticated(_)) => StatusCode::UNAUTHORIZED,
        ApiError::NoActor | ApiError::Platform(PlatformError::PermissionDenied(_)) => StatusCode::FORBIDDEN,
        ApiError::Platform(PlatformError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
        ApiError::Platform(PlatformError::Disconnected | PlatformError::Overloaded) => StatusCode::SERVICE_UNAVAILABLE,
        ApiError::Platform(_) | ApiError::Decode(_) => StatusCode::BAD_GATEWAY,
        // The plugin's own: its manifest, or how it makes the call. And what the SDK adds later.
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The error in words; of a problem document that the platform answered with, its detail.
fn of_api(error: &ApiError) -> String {
    let ApiError::Status { status, body } = error else { return error.to_string() };
    let problem: Option<serde_json::Value> = serde_json::from_str(body).ok();
    match problem.as_ref().and_then(|problem| problem.get("detail")?.as_str()) {
        Some(detail) => format!("it answered {status}: {detail}"),
        None => format!("it answered {status}"),
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = &self as &(dyn std::error::Error + 'static), "a request failed");
        }
        if let Self::Forbidden(forbidden) = self {
            return forbidden.into_response();
        }
        let title = status.canonical_reason().unwrap_or_default().to_owned();
        let problem = Problem { title, status: status.as_u16(), detail: self.detail() };
        (status, [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))], Json(problem)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_the_platform_has_its_status() {
        let answered = |status: u16| ApiError::Status { status: StatusCode::from_u16(status).unwrap(), body: String::new() };
        for (error, status) in [
            (answered(401), 401),
            (answered(403), 403),
            (answered(404), 404),
            (answered(409), 409),
            (answered(422), 422),
            (answered(429), 429),
            (answered(503), 503),
            (answered(400), 502),
            (answered(418), 502),
            (answered(500), 502),
            (ApiError::MissingCapability(Capability::ApiWrite), 500),
            (ApiError::NoActor, 403),
            (ApiError::Expired, 401),
            (ApiError::TooLarge { bytes: 2, limit: 1 }, 500),
            (ApiError::InvalidPath("x".to_owned()), 500),
            (ApiError::Encode("x".to_owned()), 500),
            (ApiError::Decode("x".to_owned()), 502),
            (ApiError::Platform(PlatformError::Unauthenticated("x".to_owned())), 401),
            (ApiError::Platform(PlatformError::PermissionDenied("x".to_owned())), 403),
            (ApiError::Platform(PlatformError::TimedOut), 504),
            (ApiError::Platform(PlatformError::Disconnected), 503),
            (ApiError::Platform(PlatformError::Overloaded), 503),
            (ApiError::Platform(PlatformError::Internal("x".to_owned())), 502),
        ] {
            assert_eq!(status_of(&error), status, "{error}");
        }
    }

    #[test]
    fn the_platforms_own_words_are_passed_on() {
        let error = |body: &str| AppError::from(ApiError::Status { status: StatusCode::CONFLICT, body: body.to_owned() });
        let said = "the platform did not redeploy: it answered 409 Conflict";
        assert_eq!(error(r#"{"detail": "one is running"}"#).to_string(), format!("{said}: one is running"));
        for body in ["", "<html>", "[]", r#"{"detail": 1}"#] {
            assert_eq!(error(body).to_string(), said);
        }
    }
}
