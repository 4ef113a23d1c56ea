use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// The platform, asked over the channel.
pub trait Projects: Send + Sync + 'static {
    type Project: serde::Serialize;

    fn get(&self, id: i32) -> impl Future<Output = Result<Self::Project, String>> + Send;
}

pub async fn by_id<C: super::Db, P: Projects>(
    State(state): State<Arc<super::State<C, P>>>,
    Path(id): Path<i32>,
) -> Result<Json<P::Project>, (StatusCode, String)> {
    state.projects.get(id).await.map(Json).map_err(|error| (StatusCode::BAD_GATEWAY, error))
}
