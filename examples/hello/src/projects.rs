use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use temps_plugin_sdk::Project;

use crate::AppState;
use crate::error::AppError;

/// Asks the platform for a project.
pub(crate) async fn project(State(state): State<Arc<AppState>>, Path(id): Path<i32>) -> Result<Json<Project>, AppError> {
    Ok(Json(state.ctx.temps().get_project(id).await?))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use temps_plugin_sdk::PlatformError;
    use temps_plugin_sdk::testing::{FixturePlatform, TestPlugin, fixture};

    use super::*;
    use crate::HelloPlugin;

    async fn status(platform: FixturePlatform, path: &str) -> StatusCode {
        let plugin = TestPlugin::builder().platform(platform).start::<HelloPlugin>().await.unwrap();
        plugin.get(path).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_project_comes_from_the_platform() {
        let platform = FixturePlatform::new().project(fixture::project(7, "shop"));
        let plugin = TestPlugin::builder().platform(platform).start::<HelloPlugin>().await.unwrap();
        let project: Project = plugin.get("/project/7").await.unwrap().json().await.unwrap();
        assert_eq!(project, fixture::project(7, "shop"));
    }

    #[tokio::test]
    async fn each_failure_has_its_status() {
        let failing = |error| FixturePlatform::new().failing(error);
        assert_eq!(status(FixturePlatform::new(), "/project/7").await, StatusCode::NOT_FOUND);
        assert_eq!(status(failing(PlatformError::TimedOut), "/project/7").await, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(status(failing(PlatformError::Disconnected), "/project/7").await, StatusCode::BAD_GATEWAY);
    }
}
