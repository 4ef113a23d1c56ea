//! What the client hears of an error: a status, and `{"error": "…"}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use temps_plugin_sdk::prelude::*;

use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    fn status(&self) -> StatusCode {
        let Self::Store(error) = self;
        match error {
            StoreError::NoNotebook(_) | StoreError::NoNote(_) => StatusCode::NOT_FOUND,
            StoreError::NameTaken(_) => StatusCode::CONFLICT,
            StoreError::Invalid { .. } | StoreError::IntoItself => StatusCode::BAD_REQUEST,
            StoreError::Migration(_) => StatusCode::INTERNAL_SERVER_ERROR,
            StoreError::Database(DatabaseError::Busy(_)) => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::Database(DatabaseError::Full(_)) => StatusCode::INSUFFICIENT_STORAGE,
            StoreError::Database(_) | StoreError::Orm(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the client hears. A database's error names its statement, which is for the log.
    fn detail(&self) -> String {
        let Self::Store(error) = self;
        match error {
            StoreError::Database(_) | StoreError::Orm(_) | StoreError::Migration(_) => {
                "the plugin's database could not do it: the plugin's log says why".to_owned()
            }
            _ => error.to_string(),
        }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = &self as &(dyn std::error::Error + 'static), "a request failed");
        }
        (status, Json(json!({ "error": self.detail() }))).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_status() {
        for (error, status) in [
            (StoreError::NoNote(7), StatusCode::NOT_FOUND),
            (StoreError::NameTaken("work".into()), StatusCode::CONFLICT),
            (StoreError::Invalid { what: "name", reason: "it is empty".into() }, StatusCode::BAD_REQUEST),
            (StoreError::Database(DatabaseError::Busy("held".into())), StatusCode::SERVICE_UNAVAILABLE),
            (StoreError::Database(DatabaseError::Full("1 GiB".into())), StatusCode::INSUFFICIENT_STORAGE),
            (StoreError::Database(DatabaseError::NoRow), StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            assert_eq!(AppError::from(error).into_response().status(), status);
        }
    }
}
