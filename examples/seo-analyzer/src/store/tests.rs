use temps_plugin_sdk::testing;

use super::jobs::REPORTS_KEPT;
use super::*;
use crate::types::{Trigger, WhichReports};

async fn store() -> SeoStore {
    SeoStore::open(&testing::context()).await.unwrap()
}

fn which(site: Option<&str>, limit: u64) -> WhichReports {
    WhichReports { site: site.map(str::to_owned), limit }
}

#[tokio::test]
async fn so_many_reports_of_a_site_are_kept() {
    let store = store().await;
    store.queue("http://b.com/", None, Trigger::Manual, None).await.unwrap();
    store.fail_job(1, "x").await.unwrap();
    for _ in 0..=REPORTS_KEPT {
        let Queued::New(report) = store.queue("http://a.com/", None, Trigger::Manual, None).await.unwrap() else { panic!() };
        store.fail_job(report.id, "x").await.unwrap();
    }
    let kept = store.reports(&which(Some("http://a.com/"), 500)).await.unwrap();
    assert_eq!((kept.len() as u64, kept.last().unwrap().id), (REPORTS_KEPT, 3));
    assert_eq!(store.reports(&which(None, 500)).await.unwrap().len() as u64, REPORTS_KEPT + 1);
}

#[tokio::test]
async fn an_event_is_queued_once_even_when_its_report_is_gone() {
    let store = store().await;
    let queue = async || store.queue("http://a.com/", Some(7), Trigger::Deployment, Some("e")).await.unwrap();
    let Queued::New(report) = queue().await else { panic!() };
    assert_eq!(queue().await, Queued::Known);
    assert!(store.cancel_job(report.id).await.unwrap() && !store.cancel_job(report.id).await.unwrap());
    store.remove_report(report.id).await.unwrap();
    assert_eq!(queue().await, Queued::Known);
}

#[tokio::test]
async fn what_was_cancelled_does_not_begin_nor_end() {
    let store = store().await;
    for _ in 0..2 {
        store.queue("http://a.com/", None, Trigger::Manual, None).await.unwrap();
        store.cancel_job(store.next_job().await.unwrap().unwrap().id).await.unwrap();
    }
    assert!(!store.begin_job(1).await.unwrap());
    store.finish_job(2).await.unwrap();
    let report = store.report(2).await.unwrap();
    assert_eq!((report.state, report.score), (crate::types::State::Cancelled, None));
}

#[tokio::test]
async fn what_was_running_goes_before_what_waits() {
    let store = store().await;
    store.queue("http://a.com/", None, Trigger::Manual, None).await.unwrap();
    store.queue("http://b.com/", None, Trigger::Manual, None).await.unwrap();
    assert_eq!(store.next_job().await.unwrap().unwrap().id, 1);
    assert!(store.begin_job(2).await.unwrap());
    assert_eq!(store.next_job().await.unwrap().unwrap().id, 2);
    store.fail_job(2, "x").await.unwrap();
    store.fail_job(1, "x").await.unwrap();
    assert!(store.next_job().await.unwrap().is_none());
}

#[tokio::test]
async fn a_list_has_a_largest_size() {
    let store = store().await;
    for (limit, fits) in [(1, true), (MOST_LISTED, true), (0, false), (MOST_LISTED + 1, false)] {
        assert_eq!(store.reports(&which(None, limit)).await.is_ok(), fits, "{limit}");
    }
}

#[test]
fn a_pattern_has_no_wildcards_of_its_own() {
    assert_eq!(anywhere("a%b_c\\"), "%a\\%b\\_c\\\\%");
}
