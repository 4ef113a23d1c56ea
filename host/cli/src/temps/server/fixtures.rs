use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

use super::problem::Problem;
use crate::temps::{Fixtures, Shared};

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Response {
    match serde_json::to_string_pretty(&*shared.fixtures.get()) {
        Ok(text) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response(),
        Err(error) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Puts those of the body in force. The file that the run began with stays as it is.
pub(super) async fn change(shared: State<Arc<Shared>>, text: String) -> Response {
    match Fixtures::parse(&text) {
        Ok(fixtures) => {
            shared.fixtures.change(fixtures);
            shared.options.activity.fixtures_changed();
            show(shared).await
        }
        Err(error) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    }
}

pub(super) async fn reset(shared: State<Arc<Shared>>) -> Response {
    shared.fixtures.reset();
    shared.options.activity.fixtures_changed();
    show(shared).await
}
