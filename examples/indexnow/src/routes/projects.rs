use axum::Json;
use axum::extract::State;

use super::App;
use crate::error::AppError;
use crate::types::{Problem, ProjectChoice};

/// The platform's projects.
#[utoipa::path(
    get,
    path = "/projects",
    responses(
        (status = 200, body = [ProjectChoice]),
        (status = 502, description = "The platform did not answer", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list(State(app): App) -> Result<Json<Vec<ProjectChoice>>, AppError> {
    let projects = app.ctx.temps().list_projects(None).await?;
    Ok(Json(projects.into_iter().map(|project| ProjectChoice { id: project.id, name: project.name }).collect()))
}
