use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use temps_plugin_sdk::prelude::*;

use super::may_change;
use crate::AppState;
use crate::error::AppError;
use crate::types::{Problem, ProjectSite, SetSite, Site};

/// Projects that are asked of the platform.
const MOST_PROJECTS: u32 = 1_000;

/// The platform's projects, with their sites.
#[utoipa::path(get, path = "/projects", responses(
    (status = 200, body = [ProjectSite]),
    (status = 502, description = "The platform did not answer", body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn projects(State(app): State<Arc<AppState>>) -> Result<Json<Vec<ProjectSite>>, AppError> {
    let projects = app.ctx.temps().list_projects(Some(MOST_PROJECTS)).await?;
    let mut sites = app.store.sites().await?;
    let mut site = |id: i32| sites.iter().position(|site| site.project_id == id).map(|at| sites.swap_remove(at));
    Ok(Json(
        projects.into_iter().map(|project| ProjectSite { id: project.id, name: project.name, site: site(project.id) }).collect(),
    ))
}

/// Sets a project's site.
#[utoipa::path(put, path = "/sites/{project}", params(("project" = i32, Path)), request_body = SetSite, responses(
    (status = 200, body = Site),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn set(
    State(app): State<Arc<AppState>>,
    caller: OptionalCaller,
    project: Result<Path<i32>, PathRejection>,
    site: Result<Json<SetSite>, JsonRejection>,
) -> Result<Json<Site>, AppError> {
    may_change(&caller)?;
    let (Path(project), Json(site)) = (project?, site?);
    Ok(Json(app.store.set_site(project, site).await?))
}

/// Forgets a project's site. Its reports stay.
#[utoipa::path(delete, path = "/sites/{project}", params(("project" = i32, Path)), responses(
    (status = 204),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn remove(
    State(app): State<Arc<AppState>>,
    caller: OptionalCaller,
    project: Result<Path<i32>, PathRejection>,
) -> Result<StatusCode, AppError> {
    may_change(&caller)?;
    let Path(project) = project?;
    app.store.remove_site(project).await?;
    Ok(StatusCode::NO_CONTENT)
}
