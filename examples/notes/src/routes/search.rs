use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::AppState;
use crate::error::AppError;
use crate::types::Hit;

#[derive(Debug, Deserialize)]
pub(crate) struct Words {
    q: String,
}

pub(crate) async fn find(State(app): State<Arc<AppState>>, Query(Words { q }): Query<Words>) -> Result<Json<Vec<Hit>>, AppError> {
    Ok(Json(app.store.search(&q).await?))
}
