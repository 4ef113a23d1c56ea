//! Deployments that begin audits.

use temps_plugin_sdk::prelude::*;

use crate::AppState;
use crate::store::{Queued, StoreError, checked_site};
use crate::types::Trigger;

/// Queues an audit of what was deployed: of the project's site if it has one, or else of the URL that the event tells. An event that comes again
/// begins nothing.
pub(crate) async fn take(app: &AppState, event: &PluginEvent) -> Result<(), StoreError> {
    let EventKind::DeploymentSucceeded(deployment) = event.kind() else { return Ok(()) };
    let site = match deployment.project_id {
        Some(project) => app.store.site(project).await?,
        None => None,
    };
    let (url, wanted) = match site {
        Some(site) => (Some(site.url), site.auto_run),
        None => (deployment.url, app.store.settings().await?.auto_run),
    };
    let Some(url) = url.filter(|_| wanted) else {
        tracing::debug!(id = event.id, "a deployment that no audit is wanted of, or without a URL");
        return Ok(());
    };
    let url = match checked_site(&url) {
        Ok(url) => url,
        Err(error) => {
            // It will not have another one at the next delivery either.
            tracing::warn!(id = event.id, url, %error, "a deployment whose URL cannot be used");
            return Ok(());
        }
    };
    match app.store.queue(&url, deployment.project_id, Trigger::Deployment, Some(&event.id)).await? {
        Queued::New(report) => {
            tracing::info!(report = report.id, site = url, "a deployment is audited");
            app.auditor.wake();
        }
        Queued::Known => tracing::debug!(id = event.id, "an event that has come before"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use temps_plugin_sdk::testing::{TestPlugin, fixture};

    use crate::SeoAnalyzerPlugin;
    use crate::routes::tests::{reports, send};
    use crate::types::Trigger;

    #[tokio::test]
    async fn a_deployment_begins_one_audit() {
        let plugin = TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap();
        let event = fixture::deployment_succeeded(1, 7, 3);
        for _ in 0..2 {
            plugin.deliver(event.clone()).await.unwrap();
        }
        let all = reports(&plugin).await;
        assert_eq!(all.len(), 1);
        assert_eq!(
            (all[0].site.as_str(), all[0].project_id, all[0].trigger),
            ("https://1.example.com/", Some(7), Trigger::Deployment)
        );
    }

    #[tokio::test]
    async fn a_project_has_a_site_of_its_own() {
        let plugin = TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap();
        send(&plugin, "PUT", "/sites/7", json!({ "url": "https://shop.example/#top" })).await;
        send(&plugin, "PUT", "/sites/8", json!({ "url": "https://quiet.example", "autoRun": false })).await;
        plugin.deliver(fixture::deployment_succeeded(1, 7, 3)).await.unwrap();
        plugin.deliver(fixture::deployment_succeeded(2, 8, 3)).await.unwrap();
        let sites: Vec<_> = reports(&plugin).await.into_iter().map(|report| report.site).collect();
        assert_eq!(sites, ["https://shop.example/"]);
    }

    #[tokio::test]
    async fn nothing_begins_by_itself_if_settings_say_so() {
        let plugin = TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap();
        send(&plugin, "PATCH", "/settings", json!({ "autoRun": false })).await;
        plugin.deliver(fixture::deployment_succeeded(1, 7, 3)).await.unwrap();
        assert!(reports(&plugin).await.is_empty());
    }

    #[tokio::test]
    async fn a_url_that_cannot_be_used_is_passed_over() {
        let plugin = TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap();
        for url in [json!("ftp://a.example/"), json!("nothing"), json!(null)] {
            let event = fixture::event("deployment.succeeded", json!({ "deployment_id": 1, "url": url }));
            plugin.deliver(event).await.unwrap();
        }
        assert!(reports(&plugin).await.is_empty());
    }
}
