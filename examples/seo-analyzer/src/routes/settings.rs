use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use temps_plugin_sdk::prelude::*;

use super::may_change;
use crate::AppState;
use crate::error::AppError;
use crate::types::{Problem, Settings, UpdateSettings};

/// How far audits go, how fast, and whether deployments begin them.
#[utoipa::path(get, path = "/settings", responses((status = 200, body = Settings)))]
pub(crate) async fn show(State(app): State<Arc<AppState>>) -> Result<Json<Settings>, AppError> {
    Ok(Json(app.store.settings().await?))
}

/// Changes what is given. Audits that are queued or running go by what was set when they were queued.
#[utoipa::path(patch, path = "/settings", request_body = UpdateSettings, responses(
    (status = 200, body = Settings),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn update(
    State(app): State<Arc<AppState>>,
    caller: OptionalCaller,
    update: Result<Json<UpdateSettings>, JsonRejection>,
) -> Result<Json<Settings>, AppError> {
    may_change(&caller)?;
    let Json(update) = update?;
    Ok(Json(app.store.update_settings(update).await?))
}
