//! What the client hears of an error: a problem document.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use temps_plugin_sdk::identity::Unauthenticated;
use temps_plugin_sdk::prelude::*;

use crate::store::StoreError;
use crate::types::Problem;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("{}", .0.body_text())]
    Query(#[from] QueryRejection),
    #[error("{}", .0.body_text())]
    Path(#[from] PathRejection),
    #[error("{}", .0.body_text())]
    Json(#[from] JsonRejection),
    #[error("nobody is signed in")]
    Unauthenticated(Unauthenticated),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("{0}")]
    Invalid(String),
    #[error("there is nothing here")]
    NoSuchFile,
    #[error("the platform did not list its projects: {0}")]
    Platform(#[from] PlatformError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Query(_) | Self::Path(_) | Self::Invalid(_) | Self::Store(StoreError::Invalid { .. }) => {
                StatusCode::BAD_REQUEST
            }
            Self::Json(rejection) => rejection.status(),
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NoSuchFile | Self::Store(StoreError::NoSite(_) | StoreError::NoSubmission(_)) => StatusCode::NOT_FOUND,
            Self::Store(StoreError::SiteTaken(_) | StoreError::NotFailed(_)) => StatusCode::CONFLICT,
            Self::Platform(_) => StatusCode::BAD_GATEWAY,
            Self::Store(StoreError::Database(DatabaseError::Busy(_))) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(StoreError::Database(DatabaseError::Full(_))) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Store(StoreError::Database(_) | StoreError::Orm(_) | StoreError::Migration(_)) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
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

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = &self as &(dyn std::error::Error + 'static), "a request failed");
        }
        match self {
            Self::Forbidden(forbidden) => return forbidden.into_response(),
            Self::Unauthenticated(unauthenticated) => return unauthenticated.into_response(),
            _ => {}
        }
        let title = status.canonical_reason().unwrap_or_default().to_owned();
        let problem = Problem { title, status: status.as_u16(), detail: self.detail() };
        (status, [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))], Json(problem)).into_response()
    }
}
