use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};

use crate::AppState;
use crate::error::AppError;
use crate::types::{Finding, Problem, WhichFindings};

/// What was found in an audit.
#[utoipa::path(get, path = "/reports/{id}/findings", params(("id" = i64, Path), WhichFindings), responses(
    (status = 200, body = [Finding]),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    id: Result<Path<i64>, PathRejection>,
    which: Result<Query<WhichFindings>, QueryRejection>,
) -> Result<Json<Vec<Finding>>, AppError> {
    let (Path(id), Query(which)) = (id?, which?);
    Ok(Json(app.store.findings(id, &which).await?))
}
