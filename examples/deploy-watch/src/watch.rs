//! Events of deployments, on their way into the store.

use chrono::{DateTime, Utc};
use temps_plugin_sdk::prelude::*;

use crate::store::{DeploymentStore, Seen, StoreError};
use crate::types::Place;

/// Why an event was not recorded. It is delivered again later.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WatchError {
    #[error("the platform did not say how {what} {id} is called: {source}")]
    Name { what: &'static str, id: i32, source: PlatformError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records an event, with the names that the platform has for its project and environment. One that is recorded already, or that tells of no
/// deployment, is done at once.
pub(crate) async fn take(ctx: &PluginContext, store: &DeploymentStore, event: &PluginEvent) -> Result<(), WatchError> {
    let kind = event.kind();
    // A type that the SDK does not know yet has no data that can be read.
    let Some((data, status)) = kind.deployment().zip(event.event_type.strip_prefix("deployment.")) else {
        tracing::debug!(event_type = event.event_type, "an event of an unknown type");
        return Ok(());
    };
    let Some(deployment_id) = data.deployment_id else {
        // It will not have one at the next delivery either.
        tracing::warn!(id = event.id, event_type = event.event_type, "an event without a deployment");
        return Ok(());
    };
    if store.knows(&event.id).await? {
        return Ok(());
    }
    let project = match data.project_id {
        Some(id) => Some(Place { id, name: name("project", id, ctx.temps().get_project(id).await.map(|found| found.name))? }),
        None => None,
    };
    let environment = match data.environment_id {
        Some(id) => {
            let found = name("environment", id, ctx.temps().get_environment(id).await.map(|found| found.name))?;
            Some(Place { id, name: found.or_else(|| data.environment_name.clone()) })
        }
        None => None,
    };
    let seen = Seen {
        event_id: event.id.clone(),
        event_type: event.event_type.clone(),
        occurred_at: DateTime::parse_from_rfc3339(&event.timestamp).map_or_else(|_| Utc::now(), Into::into),
        deployment_id,
        status: status.to_owned(),
        project,
        environment,
        branch: data.branch.clone(),
        commit_sha: data.commit_sha.clone(),
        url: data.url.clone(),
        error_message: data.error_message.clone(),
    };
    store.record(seen).await?;
    tracing::info!(deployment = deployment_id, status, attempt = event.attempt(), "a deployment was recorded");
    Ok(())
}

/// The name that the platform answered with. What is deleted by now has none; any other failure may pass.
fn name(what: &'static str, id: i32, answer: Result<String, PlatformError>) -> Result<Option<String>, WatchError> {
    match answer {
        Ok(name) => Ok(Some(name)),
        Err(PlatformError::NotFound(_)) => Ok(None),
        Err(source) => Err(WatchError::Name { what, id, source }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use temps_plugin_sdk::testing::{FixturePlatform, TestPlugin, fixture};

    use crate::DeployWatchPlugin;
    use crate::types::{History, Place};

    fn platform() -> FixturePlatform {
        FixturePlatform::new().project(fixture::project(7, "shop")).environment(fixture::environment(3, 7, "live"))
    }

    async fn plugin(platform: FixturePlatform) -> TestPlugin {
        TestPlugin::builder().platform(platform).start::<DeployWatchPlugin>().await.unwrap()
    }

    async fn history(plugin: &TestPlugin, id: i32) -> History {
        plugin.get(&format!("/deployments/{id}")).await.unwrap().json().await.unwrap()
    }

    fn place(id: i32, name: Option<&str>) -> Option<Place> {
        Some(Place { id, name: name.map(str::to_owned) })
    }

    #[tokio::test]
    async fn an_event_is_recorded_once_with_the_platforms_names() {
        let plugin = plugin(platform()).await;
        let failed = fixture::deployment_failed(1, 7, 3);
        for event in [&fixture::deployment_created(1, 7, 3), &failed, &failed] {
            plugin.deliver(event.clone()).await.unwrap();
        }
        let History { deployment, events } = history(&plugin, 1).await;
        assert_eq!((deployment.project, deployment.environment), (place(7, Some("shop")), place(3, Some("live"))));
        assert_eq!((deployment.status.as_str(), deployment.error_message.as_deref()), ("failed", Some("the build failed")));
        assert_eq!(deployment.commit_sha.as_deref(), Some("0123abc"));
        assert_eq!(events.len(), 2);
    }

    #[tokio::test]
    async fn what_is_deleted_by_now_has_the_events_name_or_none() {
        let plugin = plugin(FixturePlatform::new()).await;
        plugin.deliver(fixture::deployment_ready(1, 7, 3)).await.unwrap();
        let deployment = history(&plugin, 1).await.deployment;
        assert_eq!((deployment.project, deployment.environment), (place(7, None), place(3, Some("production"))));
    }

    #[tokio::test]
    async fn an_event_waits_for_a_platform_that_does_not_answer() {
        let plugin = plugin(platform().failing(temps_plugin_sdk::PlatformError::TimedOut)).await;
        let error = plugin.deliver(fixture::deployment_ready(1, 7, 3)).await.unwrap_err().to_string();
        assert!(error.contains("how project 7 is called: the platform did not answer in time"), "{error}");
        assert_eq!(plugin.get("/deployments").await.unwrap().text().await.unwrap(), "[]");
    }

    #[tokio::test]
    async fn what_tells_of_no_deployment_is_done() {
        let plugin = plugin(platform()).await;
        plugin.deliver(fixture::event("deployment.succeeded", json!({ "deployment_id": "one" }))).await.unwrap();
        plugin.deliver(fixture::event("deployment.rolled_back", json!({ "deployment_id": 1 }))).await.unwrap();
        assert_eq!(plugin.get("/deployments").await.unwrap().text().await.unwrap(), "[]");
    }
}
