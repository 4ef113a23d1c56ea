use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use url::Url;

use super::{App, PathOf};
use crate::discovery;
use crate::error::AppError;
use crate::indexnow;
use crate::types::{KeyCheck, Problem};

/// The key file. It is no secret: engines read it.
#[utoipa::path(
    get,
    path = "/key/{file}",
    params(("file" = String, Path, description = "The key, and `.txt`")),
    responses(
        (status = 200, description = "The key", body = String, content_type = "text/plain"),
        (status = 404, description = "This is not the key", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn file(State(app): App, PathOf(file): PathOf<String>) -> Result<impl IntoResponse, AppError> {
    let key = app.store.settings().await?.key;
    if file.strip_suffix(".txt") == Some(key.as_str()) {
        Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], key))
    } else {
        Err(AppError::NoSuchFile)
    }
}

/// Looks whether the site serves the key, as an engine would.
#[utoipa::path(
    get,
    path = "/sites/{id}/key",
    params(("id" = i64, Path)),
    responses(
        (status = 200, body = KeyCheck),
        (status = 404, description = "There is no such site", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn check(State(app): App, PathOf(id): PathOf<i64>) -> Result<Json<KeyCheck>, AppError> {
    let site = app.store.site(id).await?;
    let key = app.store.settings().await?.key;
    let location = site.key_location.unwrap_or_else(|| indexnow::key_location(&site.origin, &key));
    let url = Url::parse(&location).map_err(|error| AppError::Invalid(error.to_string()))?;
    let (served, message) = match discovery::text(&app.client, &url).await {
        Ok(text) if text.trim() == key => (true, "The site serves the key.".to_owned()),
        Ok(_) => (false, "There is something else than the key.".to_owned()),
        Err(error) => (false, format!("It cannot be read: {error}.")),
    };
    Ok(Json(KeyCheck { location, served, message }))
}
