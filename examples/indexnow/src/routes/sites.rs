use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::{App, Editor, JsonBody, PathOf};
use crate::error::AppError;
use crate::types::{Problem, Scan, Site, SiteInput};

/// All sites.
#[utoipa::path(get, path = "/sites", responses((status = 200, body = [Site])))]
pub(crate) async fn list(State(app): App) -> Result<Json<Vec<Site>>, AppError> {
    Ok(Json(app.store.sites().await?))
}

/// Adds a site, and looks for its pages.
#[utoipa::path(
    post,
    path = "/sites",
    request_body = SiteInput,
    responses(
        (status = 201, body = Site),
        (status = 400, description = "It is no site", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is there already", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn create(
    State(app): App,
    _: Editor,
    JsonBody(input): JsonBody<SiteInput>,
) -> Result<(StatusCode, Json<Site>), AppError> {
    let mut site = app.store.create_site(input).await?;
    site.last_scan = Some(app.store.request_scan(site.id).await?);
    app.scans.notify_one();
    Ok((StatusCode::CREATED, Json(site)))
}

/// Sets a site's project and key location.
#[utoipa::path(
    patch,
    path = "/sites/{id}",
    request_body = SiteInput,
    params(("id" = i64, Path)),
    responses(
        (status = 200, body = Site),
        (status = 400, description = "It is not valid", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn update(
    State(app): App,
    _: Editor,
    PathOf(id): PathOf<i64>,
    JsonBody(input): JsonBody<SiteInput>,
) -> Result<Json<Site>, AppError> {
    Ok(Json(app.store.update_site(id, input).await?))
}

/// Forgets a site with its pages.
#[utoipa::path(
    delete,
    path = "/sites/{id}",
    params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn delete(State(app): App, _: Editor, PathOf(id): PathOf<i64>) -> Result<StatusCode, AppError> {
    app.store.delete_site(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks for the site's pages.
#[utoipa::path(
    post,
    path = "/sites/{id}/scan",
    params(("id" = i64, Path)),
    responses(
        (status = 202, description = "It will, now or after others", body = Scan),
        (status = 404, description = "There is no such site", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn scan(State(app): App, _: Editor, PathOf(id): PathOf<i64>) -> Result<(StatusCode, Json<Scan>), AppError> {
    let scan = app.store.request_scan(id).await?;
    app.scans.notify_one();
    Ok((StatusCode::ACCEPTED, Json(scan)))
}
