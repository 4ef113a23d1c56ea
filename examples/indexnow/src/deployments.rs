//! Deployments that succeeded, on their way to a scan of the sites that they change.

use temps_plugin_sdk::prelude::*;

use crate::AppState;
use crate::store::StoreError;

/// Why an event was not taken. It is delivered again later.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TakeError {
    #[error("the platform did not say what environment {id} is: {source}")]
    Environment { id: i32, source: PlatformError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Asks for a scan of the project's sites, once for each deployment. What is deployed for a preview is for nobody's index.
pub(crate) async fn take(app: &AppState, event: &PluginEvent) -> Result<(), TakeError> {
    let EventKind::DeploymentSucceeded(DeploymentEvent {
        deployment_id: Some(deployment),
        project_id: Some(project),
        environment_id,
        ..
    }) = event.kind()
    else {
        return Ok(());
    };
    if !app.store.settings().await?.auto_submit {
        return Ok(());
    }
    let sites = app.store.sites_of_project(project).await?;
    if sites.is_empty() {
        return Ok(());
    }
    if let Some(id) = environment_id {
        match app.ctx.temps().get_environment(id).await {
            Ok(environment) if environment.is_preview => return Ok(()),
            // It is gone by now, and its site may not be.
            Ok(_) | Err(PlatformError::NotFound(_)) => {}
            Err(source) => return Err(TakeError::Environment { id, source }),
        }
    }
    for site in sites {
        if app.store.request_deployment_scan(site.id, deployment, &event.id).await? {
            tracing::info!(site = site.origin, deployment, "a deployment changes a site");
            app.scans.notify_one();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing::{FixturePlatform, fixture};

    use super::*;
    use crate::IndexNowPlugin;
    use crate::routes::tests::{Admin, admin};

    fn platform() -> FixturePlatform {
        let mut preview = fixture::environment(4, 7, "preview");
        preview.is_preview = true;
        FixturePlatform::new()
            .project(fixture::project(7, "shop"))
            .environment(fixture::environment(3, 7, "live"))
            .environment(preview)
    }

    async fn with_site(platform: FixturePlatform) -> Admin {
        let plugin =
            admin(temps_plugin_sdk::testing::TestPlugin::builder().platform(platform).start::<IndexNowPlugin>().await.unwrap());
        plugin.post("/sites", serde_json::json!({ "origin": "shop.example", "projectId": 7 })).await;
        plugin
    }

    /// The deployment of the site's newest scan.
    async fn scanned_for(plugin: &Admin) -> serde_json::Value {
        plugin.get("/sites").await[0]["lastScan"].clone()
    }

    #[tokio::test]
    async fn a_deployment_has_the_projects_sites_scanned_once() {
        let plugin = with_site(platform()).await;
        let event = fixture::deployment_succeeded(1, 7, 3);
        plugin.plugin.deliver(event.clone()).await.unwrap();
        let scan = scanned_for(&plugin).await;
        assert_eq!(scan["deploymentId"], 1);
        plugin.plugin.deliver(event).await.unwrap();
        plugin.plugin.deliver(fixture::deployment_succeeded(1, 7, 3)).await.unwrap();
        assert_eq!(scanned_for(&plugin).await["id"], scan["id"]);
        // Its environment is gone by now.
        plugin.plugin.deliver(fixture::deployment_succeeded(2, 7, 99)).await.unwrap();
        assert_eq!(scanned_for(&plugin).await["deploymentId"], 2);
    }

    #[tokio::test]
    async fn previews_and_other_projects_are_left_alone() {
        let plugin = with_site(platform()).await;
        plugin.plugin.deliver(fixture::deployment_succeeded(1, 7, 4)).await.unwrap();
        plugin.plugin.deliver(fixture::deployment_succeeded(2, 8, 3)).await.unwrap();
        plugin.patch("/settings", serde_json::json!({ "autoSubmit": false })).await;
        plugin.plugin.deliver(fixture::deployment_succeeded(3, 7, 3)).await.unwrap();
        assert!(scanned_for(&plugin).await["deploymentId"].is_null());
    }

    #[tokio::test]
    async fn an_event_waits_for_a_platform_that_does_not_answer() {
        let plugin = with_site(platform().failing(PlatformError::TimedOut)).await;
        let error = plugin.plugin.deliver(fixture::deployment_succeeded(1, 7, 3)).await.unwrap_err().to_string();
        assert!(error.contains("what environment 3 is"), "{error}");
        assert!(scanned_for(&plugin).await["deploymentId"].is_null());
    }
}
