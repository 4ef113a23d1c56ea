use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::AppState;
use crate::error::AppError;
use crate::types::{Imported, NewNote, Note, Page, UpdateNote};

type App = State<Arc<AppState>>;

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    /// From 0.
    #[serde(default)]
    page: u64,
}

pub(crate) async fn list(
    State(app): App,
    Path(notebook): Path<i64>,
    Query(Which { page }): Query<Which>,
) -> Result<Json<Page>, AppError> {
    Ok(Json(app.store.notes(notebook, page).await?))
}

pub(crate) async fn create(
    State(app): App,
    Path(notebook): Path<i64>,
    Json(new): Json<NewNote>,
) -> Result<(StatusCode, Json<Note>), AppError> {
    Ok((StatusCode::CREATED, Json(app.store.create_note(notebook, new).await?)))
}

pub(crate) async fn import(
    State(app): App,
    Path(notebook): Path<i64>,
    Json(new): Json<Vec<NewNote>>,
) -> Result<(StatusCode, Json<Imported>), AppError> {
    let created = app.store.create_notes(notebook, new).await?;
    Ok((StatusCode::CREATED, Json(Imported { created })))
}

pub(crate) async fn show(State(app): App, Path(id): Path<i64>) -> Result<Json<Note>, AppError> {
    Ok(Json(app.store.note(id).await?))
}

pub(crate) async fn update(State(app): App, Path(id): Path<i64>, Json(update): Json<UpdateNote>) -> Result<Json<Note>, AppError> {
    Ok(Json(app.store.update_note(id, update).await?))
}

pub(crate) async fn delete(State(app): App, Path(id): Path<i64>) -> Result<StatusCode, AppError> {
    app.store.delete_note(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
