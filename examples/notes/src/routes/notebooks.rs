use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::AppState;
use crate::error::AppError;
use crate::types::{MergeInto, NameOfNotebook, Notebook};

type App = State<Arc<AppState>>;

pub(crate) async fn list(State(app): App) -> Result<Json<Vec<Notebook>>, AppError> {
    Ok(Json(app.store.notebooks().await?))
}

pub(crate) async fn create(State(app): App, Json(new): Json<NameOfNotebook>) -> Result<(StatusCode, Json<Notebook>), AppError> {
    Ok((StatusCode::CREATED, Json(app.store.create_notebook(&new.name).await?)))
}

pub(crate) async fn show(State(app): App, Path(id): Path<i64>) -> Result<Json<Notebook>, AppError> {
    Ok(Json(app.store.notebook(id).await?))
}

pub(crate) async fn rename(
    State(app): App,
    Path(id): Path<i64>,
    Json(new): Json<NameOfNotebook>,
) -> Result<Json<Notebook>, AppError> {
    Ok(Json(app.store.rename_notebook(id, &new.name).await?))
}

pub(crate) async fn delete(State(app): App, Path(id): Path<i64>) -> Result<StatusCode, AppError> {
    app.store.delete_notebook(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn merge(
    State(app): App,
    Path(id): Path<i64>,
    Json(MergeInto { into }): Json<MergeInto>,
) -> Result<Json<Notebook>, AppError> {
    Ok(Json(app.store.merge_notebook(id, into).await?))
}
