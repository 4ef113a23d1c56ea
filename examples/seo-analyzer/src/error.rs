//! What the client hears of an error: a problem document.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
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
    #[error("{}", .0.body_text())]
    Body(#[from] JsonRejection),
    #[error("say which site: `url`, or the `projectId` of a project that has one")]
    NoSite,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the platform did not list its projects: {0}")]
    Platform(#[from] PlatformError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Query(_) | Self::Path(_) | Self::Body(_) | Self::NoSite | Self::Store(StoreError::Invalid { .. }) => {
                StatusCode::BAD_REQUEST
            }
            Self::Store(StoreError::NotThere { .. }) => StatusCode::NOT_FOUND,
            Self::Store(StoreError::Conflict(_)) => StatusCode::CONFLICT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Platform(_) => StatusCode::BAD_GATEWAY,
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
