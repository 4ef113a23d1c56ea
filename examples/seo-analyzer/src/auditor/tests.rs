use axum::http::StatusCode;
use seo_audit::crawl::{Batch, Finished, Pending};
use seo_audit::{Outcome, Page};
use serde_json::{Value, json};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::testing::{Exchange, HttpScript, TestPlugin};

use crate::SeoAnalyzerPlugin;
use crate::routes::tests::{ended, html, missing, reports, send, site};
use crate::store::SeoStore;
use crate::types::{State, Trigger};

async fn plugin(script: &HttpScript, folder: &std::path::Path) -> TestPlugin {
    let _installed = script.install();
    TestPlugin::builder().data_dir(folder).start::<SeoAnalyzerPlugin>().await.unwrap()
}

#[tokio::test]
async fn a_site_that_is_not_allowed_says_what_to_allow() {
    let folder = tempfile::tempdir().unwrap();
    let script = HttpScript::new().expect(Exchange::get("http://a.com/robots.txt").denied());
    let plugin = plugin(&script, folder.path()).await;
    send(&plugin, "POST", "/reports", json!({ "url": "http://a.com/" })).await;
    let report = ended(&plugin, 1).await.report;
    assert_eq!((report.state, report.score), (State::Failed, None));
    assert!(report.error.unwrap().contains(r#"allow = ["http://a.com"]"#));
}

/// A plugin whose store a test fills first, as a plugin that was killed leaves it.
#[derive(Default)]
struct Interrupted;

impl ExternalPlugin for Interrupted {
    fn manifest(&self) -> PluginManifest {
        SeoAnalyzerPlugin::default().manifest()
    }

    async fn router(&self, ctx: PluginContext) -> Result<axum::Router, StartError> {
        let store = SeoStore::open(&ctx).await?;
        store.queue("http://a.com/", None, Trigger::Manual, None).await?;
        store.begin_job(1).await?;
        let pending = |url: &str| Pending { url: url.to_owned(), depth: 0, in_sitemap: false };
        store.seed_job(1, vec![pending("http://a.com/"), pending("http://a.com/a")]).await?;
        let done = Page::new("http://a.com/", Outcome::Answered { status: 200, redirect_to: None });
        let finished = Finished { page: done, findings: vec![] };
        store.save(1, Batch { finished: vec![finished], discovered: vec![] }).await?;
        Ok(axum::Router::new())
    }
}

#[tokio::test]
async fn what_was_running_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    TestPlugin::builder().data_dir(folder.path()).start::<Interrupted>().await.unwrap().shutdown().await;
    // Neither the start nor the sitemap are fetched again.
    let script = HttpScript::new().expect(missing("/robots.txt")).expect(html("/a", ""));
    let again = plugin(&script, folder.path()).await;
    let report = ended(&again, 1).await.report;
    assert_eq!((report.state, report.pages_done, report.pages_known), (State::Done, 2, 2));
    script.assert_done();
}

#[tokio::test]
async fn one_audit_of_a_site_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let script = site(HttpScript::new());
    let plugin = plugin(&script, folder.path()).await;
    let begin = async || send(&plugin, "POST", "/reports", json!({ "url": "http://a.com/" })).await;
    assert_eq!(begin().await.status(), StatusCode::ACCEPTED);
    let second = begin().await;
    assert_eq!(second.status(), StatusCode::CONFLICT);
    let problem: Value = second.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("report 1 of http://a.com/"), "{problem}");
    assert_eq!(ended(&plugin, 1).await.report.state, State::Done);
    assert_eq!(reports(&plugin).await.len(), 1);
}

#[tokio::test]
async fn a_cancelled_report_stays_so_and_the_next_one_begins() {
    let folder = tempfile::tempdir().unwrap();
    let script = HttpScript::new().expect(missing("/robots.txt")).expect(missing("/sitemap.xml"));
    // Requests wait for their turn for a minute each: it is under way until it is cancelled.
    let links: String = (0..9).map(|number| format!("<a href=/{number}>x</a>")).collect();
    let script = script.expect(html("/", &links)).expect(Exchange::get("http://b.com/robots.txt").cannot_connect());
    let plugin = plugin(&script, folder.path()).await;
    send(&plugin, "PATCH", "/settings", json!({ "delayMs": 60000 })).await;
    send(&plugin, "POST", "/reports", json!({ "url": "http://a.com/" })).await;
    send(&plugin, "POST", "/reports", json!({ "url": "http://b.com/" })).await;
    while reports(&plugin).await[1].pages_done == 0 {}
    let refused = send(&plugin, "DELETE", "/reports/1", Value::Null).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let cancelled: Value = send(&plugin, "POST", "/reports/1/cancel", Value::Null).await.json().await.unwrap();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(ended(&plugin, 2).await.report.state, State::Failed);
    let report = ended(&plugin, 1).await.report;
    assert_eq!((report.state, report.pages_done, report.pages_known), (State::Cancelled, 1, 10));
    script.assert_done();
}

#[tokio::test]
async fn what_is_over_is_not_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = plugin(&HttpScript::new(), folder.path()).await;
    send(&plugin, "POST", "/reports", json!({ "url": "http://a.com/" })).await;
    assert_eq!(ended(&plugin, 1).await.report.state, State::Failed);
    assert_eq!(send(&plugin, "POST", "/reports/1/cancel", Value::Null).await.status(), StatusCode::CONFLICT);
    assert_eq!(send(&plugin, "POST", "/reports/9/cancel", Value::Null).await.status(), StatusCode::NOT_FOUND);
}
