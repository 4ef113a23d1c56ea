use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::error::AppError;
use crate::store::StoreError;
use crate::types::{PageDetail, PageRow, Problem, WhichPages};

/// Pages of an audit, in the order in which they were finished.
#[utoipa::path(get, path = "/reports/{id}/pages", params(("id" = i64, Path), WhichPages), responses(
    (status = 200, body = [PageRow]),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    id: Result<Path<i64>, PathRejection>,
    which: Result<Query<WhichPages>, QueryRejection>,
) -> Result<Json<Vec<PageRow>>, AppError> {
    let (Path(id), Query(which)) = (id?, which?);
    Ok(Json(app.store.pages(id, &which).await?))
}

/// A page, with its findings and what links to it.
#[utoipa::path(get, path = "/reports/{id}/pages/{page}", params(("id" = i64, Path), ("page" = i64, Path)), responses(
    (status = 200, body = PageDetail),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    ids: Result<Path<(i64, i64)>, PathRejection>,
) -> Result<Json<PageDetail>, AppError> {
    let Path((report, page)) = ids?;
    Ok(Json(app.store.page(report, page).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByUrl {
    /// The page's URL, as findings have it.
    url: String,
}

/// The page with a URL.
#[utoipa::path(get, path = "/reports/{id}/page", params(("id" = i64, Path), ByUrl), responses(
    (status = 200, body = PageDetail),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn find(
    State(app): State<Arc<AppState>>,
    id: Result<Path<i64>, PathRejection>,
    which: Result<Query<ByUrl>, QueryRejection>,
) -> Result<Json<PageDetail>, AppError> {
    let (Path(report), Query(ByUrl { url })) = (id?, which?);
    let page = app.store.page_id(report, &url).await?;
    let page = page.ok_or_else(|| StoreError::NotThere { what: "page with this URL in report", id: report })?;
    Ok(Json(app.store.page(report, page).await?))
}
