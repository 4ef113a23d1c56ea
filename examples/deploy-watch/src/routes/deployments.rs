use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};

use crate::AppState;
use crate::error::AppError;
use crate::types::{Deployment, History, Problem, Which};

/// The deployments that events told of, the newest first.
#[utoipa::path(
    get,
    path = "/deployments",
    params(Which),
    responses(
        (status = 200, body = [Deployment]),
        (status = 400, description = "A parameter is not valid", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Vec<Deployment>>, AppError> {
    let Query(which) = which?;
    Ok(Json(app.store.deployments(&which).await?))
}

/// A deployment with its events.
#[utoipa::path(
    get,
    path = "/deployments/{id}",
    params(("id" = i32, Path, description = "The platform's id of the deployment")),
    responses(
        (status = 200, body = History),
        (status = 404, description = "No event has told of it", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    id: Result<Path<i32>, PathRejection>,
) -> Result<Json<History>, AppError> {
    let Path(id) = id?;
    Ok(Json(app.store.history(id).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use temps_plugin_sdk::testing::{TestPlugin, fixture};

    use crate::DeployWatchPlugin;

    #[tokio::test]
    async fn deployments_speak_javascript() {
        let plugin = TestPlugin::start::<DeployWatchPlugin>().await.unwrap();
        let event = fixture::deployment_succeeded(1, 7, 3);
        plugin.deliver(event.clone()).await.unwrap();
        plugin.deliver(fixture::deployment_created(2, 8, 3)).await.unwrap();
        let listed: Value = plugin.get("/deployments?project=7&limit=1").await.unwrap().json().await.unwrap();
        let deployment = json!({
            "id": 1, "project": { "id": 7, "name": null }, "environment": { "id": 3, "name": "production" }, "status": "succeeded",
            "branch": "main", "commitSha": "0123abc", "url": "https://1.example.com", "errorMessage": null,
            "updatedAt": "2026-01-01T00:00:00Z",
        });
        assert_eq!(listed, json!([deployment]));
        let mut shown: Value = plugin.get("/deployments/1").await.unwrap().json().await.unwrap();
        let events = shown.as_object_mut().unwrap().remove("events").unwrap();
        assert_eq!(shown, deployment);
        let expected = json!({ "id": event.id, "eventType": "deployment.succeeded", "occurredAt": "2026-01-01T00:00:00Z" });
        assert_eq!(events, json!([expected]));
    }

    #[tokio::test]
    async fn what_is_wrong_is_a_problem() {
        let plugin = TestPlugin::start::<DeployWatchPlugin>().await.unwrap();
        for (path, status, said) in [
            ("/deployments?limit=0", 400, "the limit is 0, and 1 to 200 are allowed"),
            ("/deployments?limit=201", 400, "the limit is 201"),
            ("/deployments?project=shop", 400, "project"),
            ("/deployments?page=2", 400, "page"),
            ("/deployments/7", 404, "no event has told of a deployment 7"),
            ("/deployments/one", 400, "one"),
        ] {
            let answer = plugin.get(path).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["status"], status);
            assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
        }
    }
}
