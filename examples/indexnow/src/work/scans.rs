use chrono::Utc;

use super::Next;
use crate::AppState;
use crate::discovery;
use crate::store::StoreError;

/// Does the scan that is due first.
pub(super) async fn do_next(app: &AppState) -> Result<Next, StoreError> {
    let Some(due) = app.store.due_scan(Utc::now()).await? else { return Ok(Next::At(app.store.next_scan_at().await?)) };
    let site = &due.site.origin;
    match discovery::scan(&app.client, site).await {
        Ok(finished) => {
            let settings = app.store.settings().await?;
            let submitted = app.store.finish_scan(&due, &finished, &settings).await?;
            tracing::info!(site, found = finished.pages.len(), submitted, "a site was scanned");
            app.submissions.notify_one();
        }
        Err(error) => {
            tracing::warn!(site, error = &error as &(dyn std::error::Error + 'static), "a site could not be scanned");
            app.store.fail_scan(&due, error.to_string(), error.may_pass()).await?;
        }
    }
    Ok(Next::More)
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing::{self, Exchange, HttpScript};

    use super::*;
    use crate::types::{Reason, SiteInput, UpdateSettings, WorkStatus};

    const SITE: &str = "https://shop.example";

    fn sitemap(pages: &[(&str, &str)]) -> HttpScript {
        let urls: String =
            pages.iter().map(|(path, date)| format!("<url><loc>{SITE}{path}</loc><lastmod>{date}</lastmod></url>")).collect();
        HttpScript::new()
            .expect(Exchange::get(format!("{SITE}/robots.txt")).status(404))
            .expect(Exchange::get(format!("{SITE}/sitemap.xml")).body(format!("<urlset>{urls}</urlset>")))
    }

    /// The plugin with a site, without anything under way.
    async fn with_site() -> (AppState, i64) {
        let app = AppState::open(&testing::context()).await.unwrap();
        let site = app.store.create_site(SiteInput { origin: SITE.into(), ..SiteInput::default() }).await.unwrap().id;
        (app, site)
    }

    /// Scans the site as it is now, after a deployment, and has an engine take what is submitted then.
    async fn deploy(app: &AppState, site: i64, deployment: i32, pages: &[(&str, &str)]) -> Vec<String> {
        let script = sitemap(pages).expect(Exchange::post("https://api.indexnow.org/indexnow"));
        let _installed = script.install();
        let app = AppState::open(&app.ctx).await.unwrap();
        assert!(app.store.request_deployment_scan(site, deployment, &deployment.to_string()).await.unwrap());
        while matches!(do_next(&app).await.unwrap(), Next::More) {}
        while matches!(super::super::submissions::do_next(&app).await.unwrap(), Next::More) {}
        let posted = script.made().into_iter().find_map(|request| request.json());
        let urls = posted.map(|posted| posted["urlList"].as_array().unwrap().clone()).unwrap_or_default();
        urls.iter().map(|url| url.as_str().unwrap().strip_prefix(SITE).unwrap().to_owned()).collect()
    }

    #[tokio::test]
    async fn a_deployment_submits_what_is_new_or_changed() {
        let (app, site) = with_site().await;
        assert_eq!(deploy(&app, site, 1, &[("/", "1"), ("/a", "1")]).await, ["/", "/a"]);
        assert_eq!(deploy(&app, site, 2, &[("/", "1"), ("/a", "2"), ("/b", "1")]).await, ["/a", "/b"]);
        assert!(deploy(&app, site, 3, &[("/", "1"), ("/a", "2")]).await.is_empty());
        let listed = app.store.sites().await.unwrap().remove(0);
        assert_eq!((listed.pages, listed.last_scan.unwrap().submitted), (2, 0), "what is gone is forgotten");
        assert!(!app.store.request_deployment_scan(site, 3, "another event").await.unwrap());
        assert!(!app.store.request_deployment_scan(site, 4, "3").await.unwrap());
    }

    #[tokio::test]
    async fn nothing_is_submitted_by_itself_if_the_settings_say_so() {
        let (app, site) = with_site().await;
        app.store.update_settings(UpdateSettings { auto_submit: Some(false), ..UpdateSettings::default() }).await.unwrap();
        assert!(deploy(&app, site, 1, &[("/", "1")]).await.is_empty());
        let suggestions = app.store.suggestions(Some(site), Utc::now()).await.unwrap();
        assert_eq!((suggestions.new, suggestions.suggestions[0].reason), (1, Reason::New));
    }

    #[tokio::test]
    async fn pages_are_suggested_again_when_they_changed_or_are_stale() {
        let (app, site) = with_site().await;
        deploy(&app, site, 1, &[("/", "1"), ("/a", "1")]).await;
        let now = Utc::now();
        assert!(app.store.suggestions(None, now).await.unwrap().suggestions.is_empty());
        let in_days = |days| now + chrono::Duration::days(days);
        assert!(app.store.suggestions(None, in_days(29)).await.unwrap().suggestions.is_empty());
        assert_eq!(app.store.suggestions(None, in_days(31)).await.unwrap().stale, 2);

        let site_now = sitemap(&[("/", "1"), ("/a", "2"), ("/b", "1")]);
        let _installed = site_now.install();
        let app = AppState::open(&app.ctx).await.unwrap();
        app.store.request_scan(site).await.unwrap();
        while matches!(do_next(&app).await.unwrap(), Next::More) {}
        let suggestions = app.store.suggestions(Some(site), now).await.unwrap();
        let found: Vec<_> = suggestions.suggestions.iter().map(|page| (page.url.as_str(), page.reason)).collect();
        assert_eq!(found, [("https://shop.example/b", Reason::New), ("https://shop.example/a", Reason::Changed)]);
    }

    #[tokio::test]
    async fn a_scan_that_fails_is_tried_again_if_that_may_help() {
        for (answer, status) in [
            (Exchange::get(format!("{SITE}/robots.txt")).status(503), WorkStatus::Waiting),
            (Exchange::get(format!("{SITE}/robots.txt")).denied(), WorkStatus::Failed),
        ] {
            let script = HttpScript::new().expect(answer);
            let _installed = script.install();
            let (app, site) = with_site().await;
            app.store.request_scan(site).await.unwrap();
            while matches!(do_next(&app).await.unwrap(), Next::More) {}
            let scan = app.store.sites().await.unwrap().remove(0).last_scan.unwrap();
            assert_eq!(scan.status, status);
            assert!(scan.message.is_some());
        }
    }
}
