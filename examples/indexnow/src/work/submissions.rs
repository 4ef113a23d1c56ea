use chrono::Utc;

use super::Next;
use crate::AppState;
use crate::indexnow::{self, Request};
use crate::store::StoreError;

/// Sends the submission that is due first, with the settings of this moment.
pub(super) async fn do_next(app: &AppState) -> Result<Next, StoreError> {
    let Some(due) = app.store.due_submission(Utc::now()).await? else {
        return Ok(Next::At(app.store.next_submission_at().await?));
    };
    let settings = app.store.settings().await?;
    let endpoint = settings.endpoint();
    let key_location = due.key_location().map_or_else(|| indexnow::key_location(due.origin(), &settings.key), str::to_owned);
    let request = Request { host: due.host().to_owned(), key: settings.key, key_location, url_list: due.urls.clone() };
    let outcome = indexnow::send(&app.client, &endpoint, &request).await;
    let status = app.store.record_outcome(&due, &endpoint, &outcome).await?;
    tracing::info!(submission = due.id(), host = due.host(), urls = due.urls.len(), ?status, ?outcome, "URLs were submitted");
    Ok(Next::More)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use temps_plugin_sdk::testing::{self, Exchange, HttpScript};

    use super::*;
    use crate::indexnow::MOST_TRIES;
    use crate::store::Order;
    use crate::types::{SiteInput, Source, UpdateSettings, WorkStatus};

    const ENDPOINT: &str = "https://api.indexnow.org/indexnow";

    /// The plugin with a site, and URLs of it to be submitted.
    async fn submitting(urls: &[&str], batch_size: u32) -> (AppState, Vec<i64>) {
        let app = AppState::open(&testing::context()).await.unwrap();
        let key = Some("0123456789abcdef".to_owned());
        let update = UpdateSettings { key, batch_size: Some(batch_size), ..UpdateSettings::default() };
        let settings = app.store.update_settings(update).await.unwrap();
        let input = SiteInput { origin: "shop.example".into(), ..SiteInput::default() };
        let site = app.store.create_site(input).await.unwrap().id;
        let site = app.store.site(site).await.unwrap();
        let urls: Vec<String> = urls.iter().map(|path| format!("https://shop.example{path}")).collect();
        let order = Order { site: &site, source: Source::Manual, deployment_id: None, urls: &urls };
        let ids = app.store.submit(&order, &settings).await.unwrap();
        (app, ids)
    }

    fn body(urls: &[&str]) -> Value {
        let urls: Vec<_> = urls.iter().map(|path| format!("https://shop.example{path}")).collect();
        let location = "https://shop.example/0123456789abcdef.txt";
        json!({ "host": "shop.example", "key": "0123456789abcdef", "keyLocation": location, "urlList": urls })
    }

    /// Does all that is due.
    async fn work(app: &AppState) {
        while matches!(do_next(app).await.unwrap(), Next::More) {}
    }

    #[tokio::test]
    async fn a_long_list_is_sent_in_parts() {
        let engine = HttpScript::new()
            .expect(Exchange::post(ENDPOINT).with_json(body(&["/a", "/b"])))
            .expect(Exchange::post(ENDPOINT).with_json(body(&["/c"])).status(202));
        let _installed = engine.install();
        let (app, ids) = submitting(&["/a", "/b", "/c"], 2).await;
        work(&app).await;
        engine.assert_done();
        let last = app.store.submission_detail(ids[1]).await.unwrap();
        assert_eq!((last.submission.status, last.submission.response_code), (WorkStatus::Done, Some(202)));
        assert_eq!((last.submission.part, last.submission.parts, last.urls.len(), last.tries.len()), (2, 2, 1, 1));
        assert_eq!(last.tries[0].endpoint, ENDPOINT);
    }

    #[tokio::test]
    async fn an_engine_that_is_busy_is_asked_again_and_then_given_up() {
        let engine = (0..MOST_TRIES)
            .fold(HttpScript::new(), |engine, _| engine.expect(Exchange::post(ENDPOINT).status(429).header("retry-after", "0")));
        let _installed = engine.install();
        let (app, ids) = submitting(&["/a"], 10).await;
        work(&app).await;
        engine.assert_done();
        let given_up = app.store.submission_detail(ids[0]).await.unwrap();
        assert_eq!((given_up.submission.status, given_up.submission.attempts), (WorkStatus::Failed, MOST_TRIES));
        assert_eq!(given_up.tries.len(), 10);

        // By hand it is sent again, and then it is done.
        app.store.retry_submission(ids[0]).await.unwrap();
        let engine = HttpScript::new().expect(Exchange::post(ENDPOINT));
        let _installed = engine.install();
        let app = AppState::open(&app.ctx).await.unwrap();
        work(&app).await;
        let done = app.store.submission_detail(ids[0]).await.unwrap();
        assert_eq!((done.submission.status, done.submission.attempts, done.tries.len()), (WorkStatus::Done, 1, 11));
        assert!(app.store.retry_submission(ids[0]).await.is_err(), "it has not failed");
    }

    #[tokio::test]
    async fn a_pause_is_kept() {
        let engine = HttpScript::new().expect(Exchange::post(ENDPOINT).status(503));
        let _installed = engine.install();
        let (app, ids) = submitting(&["/a"], 10).await;
        work(&app).await;
        let waiting = app.store.submission_detail(ids[0]).await.unwrap().submission;
        assert_eq!((waiting.status, waiting.response_code), (WorkStatus::Waiting, Some(503)));
        let pause = waiting.next_try_at.unwrap() - Utc::now();
        assert!((20..=30).contains(&pause.num_seconds()), "{pause}");
        let Next::At(at) = do_next(&app).await.unwrap() else { panic!("there is nothing to do yet") };
        assert_eq!(at, waiting.next_try_at);
    }

    #[tokio::test]
    async fn what_an_engine_refuses_is_not_sent_again() {
        let engine = HttpScript::new().expect(Exchange::post(ENDPOINT).status(403));
        let _installed = engine.install();
        let (app, ids) = submitting(&["/a"], 10).await;
        work(&app).await;
        engine.assert_done();
        let refused = app.store.submission_detail(ids[0]).await.unwrap().submission;
        assert_eq!((refused.status, refused.response_code), (WorkStatus::Failed, Some(403)));
        assert!(refused.message.unwrap().contains("did not find the key"));
    }

    #[tokio::test]
    async fn what_waits_is_sent_after_its_site_is_gone() {
        let engine = HttpScript::new().expect(Exchange::post(ENDPOINT).with_json(body(&["/a"])));
        let _installed = engine.install();
        let (app, ids) = submitting(&["/a"], 10).await;
        let site = app.store.sites().await.unwrap()[0].id;
        app.store.delete_site(site).await.unwrap();
        work(&app).await;
        assert_eq!(app.store.submission_detail(ids[0]).await.unwrap().submission.status, WorkStatus::Done);
    }
}
