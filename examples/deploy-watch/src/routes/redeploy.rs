use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use temps_plugin_sdk::prelude::*;

use crate::AppState;
use crate::error::AppError;
use crate::types::{Problem, Redeploying};

/// What a caller needs, which the platform checks once more.
const PERMISSION: &str = "deployments:write";

/// What the platform's pipeline is to deploy.
#[derive(Debug, Serialize)]
struct Trigger<'a> {
    environment_id: i32,
    branch: Option<&'a str>,
    commit: Option<&'a str>,
}

/// Deploys the same commit into the same environment again, as the caller.
#[utoipa::path(
    post,
    path = "/deployments/{id}/redeploy",
    params(("id" = i32, Path, description = "The platform's id of the deployment")),
    responses(
        (status = 202, body = Redeploying),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller may not deploy", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No event has told of it, or its project is gone", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be repeated, or not now", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "The platform failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn redeploy(
    State(app): State<Arc<AppState>>,
    caller: AuthenticatedCaller,
    id: Result<Path<i32>, PathRejection>,
) -> Result<(StatusCode, Json<Redeploying>), AppError> {
    let Path(id) = id?;
    caller.require_permission(PERMISSION)?;
    let deployment = app.store.deployment(id).await?;
    let (Some(project), Some(environment)) = (&deployment.project, &deployment.environment) else {
        return Err(AppError::Unplaced(id));
    };
    let trigger = Trigger {
        environment_id: environment.id,
        branch: deployment.branch.as_deref(),
        commit: deployment.commit_sha.as_deref(),
    };
    let path = format!("/projects/{}/trigger-pipeline", project.id);
    let answer = app.ctx.api_for(&caller).post(path).json(&trigger).send().await?.error_for_status()?;
    tracing::info!(deployment = id, project = project.id, caller = caller.id(), "redeployed on request");
    // What it says besides its status is for people to read: it need not be JSON.
    let platform = answer.json().unwrap_or_default();
    let redeploying = Redeploying { deployment_id: id, branch: deployment.branch, commit_sha: deployment.commit_sha, platform };
    Ok((StatusCode::ACCEPTED, Json(redeploying)))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use serde_json::{Value, json};
    use temps_plugin_sdk::api::{ApiBody, ApiMethod};
    use temps_plugin_sdk::testing::{FixturePlatform, TestCaller, TestPlugin, TestResponse, fixture};

    use super::*;
    use crate::DeployWatchPlugin;

    /// A plugin that knows of deployment 1 in project 7, with a platform whose pipeline gives this answer.
    async fn plugin(status: u16, body: Value) -> (TestPlugin, FixturePlatform) {
        let platform = FixturePlatform::new().api(ApiMethod::Post, "/projects/7/trigger-pipeline", status, body);
        let plugin = TestPlugin::builder().platform(platform.clone()).start::<DeployWatchPlugin>().await.unwrap();
        plugin.deliver(fixture::deployment_failed(1, 7, 3)).await.unwrap();
        (plugin, platform)
    }

    fn request(id: &str) -> Request<Body> {
        Request::post(format!("/deployments/{id}/redeploy")).body(Body::empty()).unwrap()
    }

    async fn redeploy_as(plugin: &TestPlugin, permission: &str, id: &str) -> TestResponse {
        plugin.as_caller(TestCaller::new(5).permission(permission)).request(request(id)).await
    }

    async fn problem(answer: TestResponse) -> Value {
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        answer.json().await.unwrap()
    }

    #[tokio::test]
    async fn the_same_is_deployed_again_as_the_caller() {
        let (plugin, platform) = plugin(200, json!({ "queued": true })).await;
        let answer = redeploy_as(&plugin, PERMISSION, "1").await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let redeploying: Value = answer.json().await.unwrap();
        let expected = json!({ "deploymentId": 1, "branch": "main", "commitSha": "0123abc", "platform": { "queued": true } });
        assert_eq!(redeploying, expected);
        let [call] = &platform.api_calls()[..] else { panic!("one call is made") };
        assert_eq!((call.user_id, call.request.path.as_str()), (5, "/projects/7/trigger-pipeline"));
        let trigger = r#"{"environment_id":3,"branch":"main","commit":"0123abc"}"#;
        assert_eq!(call.request.body, Some(ApiBody::Json(trigger.to_owned())));
    }

    #[tokio::test]
    async fn the_platforms_refusal_is_passed_on() {
        for (status, expected) in [(403, 403), (409, 409), (500, 502)] {
            let (plugin, _) = plugin(status, json!({ "detail": "not now" })).await;
            let problem = problem(redeploy_as(&plugin, PERMISSION, "1").await).await;
            assert_eq!(problem["status"], expected);
            assert!(problem["detail"].as_str().unwrap().ends_with(": not now"), "{problem}");
        }
    }

    #[tokio::test]
    async fn the_platform_is_not_asked_without_a_permission_or_a_place() {
        let (plugin, platform) = plugin(200, Value::Null).await;
        let refused = problem(redeploy_as(&plugin, "deployments:read", "1").await).await;
        assert_eq!((&refused["status"], &refused["permissions"]), (&json!(403), &json!([PERMISSION])));
        assert_eq!(problem(plugin.request(request("1")).await).await["status"], 401);
        assert_eq!(problem(redeploy_as(&plugin, PERMISSION, "9").await).await["status"], 404);
        assert_eq!(problem(redeploy_as(&plugin, PERMISSION, "one").await).await["status"], 400);

        plugin.deliver(fixture::event("deployment.created", json!({ "deployment_id": 2 }))).await.unwrap();
        let unplaced = problem(redeploy_as(&plugin, PERMISSION, "2").await).await;
        assert_eq!(unplaced["status"], 409);
        assert!(unplaced["detail"].as_str().unwrap().contains("no event said"), "{unplaced}");
        assert_eq!(platform.api_calls(), []);
    }
}
