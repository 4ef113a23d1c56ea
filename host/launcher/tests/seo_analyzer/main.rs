//! The example plugin `seo-analyzer`, through the launcher, on a site with known faults.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

#[allow(dead_code, unused_imports, reason = "the rest is for the other tests")]
#[path = "../launcher/support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use rustix::process::Signal;
use seo_site::Server;
use serde_json::{Value, json};
use support::{Answer, Channel, Launcher, Start};

/// Pages of the site, without those of faults that are no pages of their own.
const CHAPTERS: usize = 500;

/// What the plugin gets along with: a quarter of the default.
const MEMORY: &str = "64MiB";

/// How often progress is looked at. A look is an event of the test: nothing waits for it.
const LOOK: Duration = Duration::from_millis(5);

/// The plugin under the launcher, allowed to reach a site on loopback.
struct Analyzer {
    launcher: Launcher,
    channel: Channel,
}

impl Analyzer {
    async fn start(site: &Server) -> Self {
        Self::run(Start::with(test_guests::TEMPS_SEO_ANALYZER_PLUGIN), site).await
    }

    async fn run(start: Start, site: &Server) -> Self {
        let policy = format!("[network]\nallow = [\"{}\"]\nallow_private = [\"127.0.0.1\"]\n", site.origin());
        let (launcher, channel) = start.policy(&policy).limit("memory", MEMORY).running().await;
        Self { launcher, channel }
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        let client = self.launcher.client();
        let request = client.request(path).method(method).header("content-type", "application/json");
        client.answer(request.body(Full::new(Bytes::from(body.to_string()))).unwrap()).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.launcher.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    /// Limits that let an audit see everything.
    async fn configure(&self, concurrency: u32) {
        let all = json!({ "maxPages": 1000, "maxDepth": 50, "maxPageKib": 1024, "concurrency": concurrency, "delayMs": 0 });
        assert_eq!(self.send("PATCH", "/settings", all).await.status, StatusCode::OK);
    }

    async fn begin(&self, site: &Server) -> i64 {
        let begun = self.send("POST", "/reports", json!({ "url": site.origin() })).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text);
        serde_json::from_str::<Value>(&begun.text).unwrap()["id"].as_i64().unwrap()
    }

    /// The report when it is over, and what its progress was: pages done, and pages known.
    async fn over(&self, report: i64) -> (Value, Vec<(i64, i64)>) {
        let mut progress = Vec::new();
        loop {
            let now = self.get(&format!("/reports/{report}")).await;
            progress.push((now["pagesDone"].as_i64().unwrap(), now["pagesKnown"].as_i64().unwrap()));
            if !matches!(now["state"].as_str(), Some("queued" | "running")) {
                return (now, progress);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Everything that was found, by check and path.
    async fn found(&self, report: i64, site: &Server) -> BTreeSet<(String, String)> {
        let export = self.get(&format!("/reports/{report}/export.json")).await;
        let findings = export["findings"].as_array().unwrap();
        let key = |finding: &Value| {
            let path = finding["url"].as_str().unwrap().strip_prefix(site.origin()).unwrap();
            (finding["check"].as_str().unwrap().to_owned(), path.to_owned())
        };
        let found: BTreeSet<_> = findings.iter().map(key).collect();
        assert_eq!(found.len(), findings.len(), "a finding is there twice");
        found
    }

    /// The paths of the pages that are finished.
    async fn finished(&self, report: i64, site: &Server) -> BTreeSet<String> {
        let (mut paths, mut after) = (BTreeSet::new(), 0);
        loop {
            let pages = self.get(&format!("/reports/{report}/pages?limit=500&after={after}")).await;
            let pages = pages.as_array().unwrap();
            let Some(last) = pages.last() else { return paths };
            after = last["id"].as_i64().unwrap();
            paths.extend(pages.iter().map(|page| page["url"].as_str().unwrap().strip_prefix(site.origin()).unwrap().to_owned()));
        }
    }

    async fn killed(mut self) -> Start {
        self.launcher.signal(Signal::KILL);
        assert!(!self.launcher.exit().await.success());
        drop(self.channel);
        self.launcher.again()
    }

    async fn stop(self) {
        drop(self.channel);
        self.launcher.stop().await;
    }
}

fn assert_expected(found: &BTreeSet<(String, String)>, site: &Server) {
    let missing: Vec<_> = site.expected().difference(found).collect();
    let surplus: Vec<_> = found.difference(site.expected()).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "not found: {missing:?}; found besides: {surplus:?}");
}

fn only_rises(progress: &[(i64, i64)]) -> bool {
    progress.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1)
}

#[tokio::test]
async fn every_fault_of_a_large_site_is_found_and_nothing_else() {
    let site = Server::start(CHAPTERS).await.unwrap();
    let analyzer = Analyzer::start(&site).await;
    analyzer.configure(8).await;
    let report = analyzer.begin(&site).await;
    let (over, progress) = analyzer.over(report).await;
    assert_eq!(over["state"], "done", "{over}");
    assert!(only_rises(&progress), "{progress:?}");
    assert!(progress.iter().any(|(done, _)| (1..CHAPTERS as i64).contains(done)), "no progress was seen: {progress:?}");
    assert_expected(&analyzer.found(report, &site).await, &site);

    let pages: BTreeSet<String> = site.pages().map(str::to_owned).collect();
    assert_eq!(analyzer.finished(report, &site).await, pages);
    assert_eq!((&over["pagesDone"], &over["pagesKnown"]), (&json!(pages.len()), &json!(pages.len())));
    let asked = site.asked();
    assert!(!asked.contains_key("/private/diary"), "robots.txt forbids it");
    // What gets no answer may be asked for again by whoever sends requests.
    let twice: BTreeMap<_, _> = asked.iter().filter(|(path, count)| **count > 1 && *path != "/drops").collect();
    assert!(twice.is_empty(), "{twice:?}");

    let checks = over["checks"].as_array().unwrap();
    let lost: f64 = checks.iter().map(|check| check["points"].as_f64().unwrap()).sum();
    assert_eq!(over["score"], json!((100.0 - lost).round().max(0.0) as i64));
    let csv = analyzer.launcher.get(&format!("/reports/{report}/export.csv")).await;
    assert_eq!(csv.text.lines().count(), 1 + site.expected().len());
    assert!(csv.headers["content-disposition"].to_str().unwrap().contains("seo-report-1.csv"));
    let same = analyzer.get(&format!("/reports/{report}/difference")).await;
    assert_eq!(same["previous"], Value::Null);
    analyzer.stop().await;
}

#[tokio::test]
async fn a_kill_in_the_middle_keeps_what_was_finished() {
    let site = Server::start(CHAPTERS).await.unwrap();
    let analyzer = Analyzer::start(&site).await;
    analyzer.configure(4).await;
    site.hold_after(200);
    let report = analyzer.begin(&site).await;
    site.held().await;
    // All that was answered is saved: nothing else happens then.
    let before = loop {
        let before = analyzer.finished(report, &site).await;
        if before.len() >= 150 {
            break before;
        }
        tokio::time::sleep(LOOK).await;
    };
    let start = analyzer.killed().await;
    site.release();

    let analyzer = Analyzer::run(start, &site).await;
    let resumed = analyzer.get(&format!("/reports/{report}")).await;
    assert!(resumed["pagesDone"].as_u64().unwrap() >= before.len() as u64, "{resumed}");
    let (over, progress) = analyzer.over(report).await;
    assert_eq!(over["state"], "done", "{over}");
    assert!(only_rises(&progress), "{progress:?}");
    assert_expected(&analyzer.found(report, &site).await, &site);
    let asked = site.asked();
    let again: Vec<_> =
        before.iter().filter(|path| asked.get(*path).is_some_and(|count| *count > 1) && *path != "/drops").collect();
    assert!(again.is_empty(), "finished, and fetched again: {again:?}");
    assert_eq!((asked["/sitemaps.xml"], asked["/sitemap-1.xml"]), (1, 1));
    analyzer.stop().await;
}

#[tokio::test]
async fn a_cancelled_audit_ends_at_once_and_keeps_its_pages() {
    let site = Server::start(CHAPTERS).await.unwrap();
    let analyzer = Analyzer::start(&site).await;
    analyzer.configure(4).await;
    site.hold_after(100);
    let report = analyzer.begin(&site).await;
    site.held().await;
    let cancelled = analyzer.send("POST", &format!("/reports/{report}/cancel"), Value::Null).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text);
    analyzer.launcher.logged("a report was cancelled").await;
    let asked: usize = site.asked().values().sum();
    site.release();

    let (over, _) = analyzer.over(report).await;
    assert_eq!((&over["state"], &over["score"]), (&json!("cancelled"), &Value::Null));
    let kept = analyzer.finished(report, &site).await;
    assert!(!kept.is_empty() && kept.len() <= 100, "{}", kept.len());
    // The next one begins, from the beginning.
    let next = analyzer.begin(&site).await;
    let (over, _) = analyzer.over(next).await;
    assert_eq!(over["state"], "done", "{over}");
    assert_expected(&analyzer.found(next, &site).await, &site);
    let all = site.asked().values().sum::<usize>() - asked;
    assert!(all <= site.pages().count() + 5, "{all} requests after the cancelled audit");
    analyzer.stop().await;
}

#[tokio::test]
async fn a_deployment_is_audited_once() {
    let site = Server::start(0).await.unwrap();
    let mut analyzer = Analyzer::start(&site).await;
    analyzer.configure(8).await;
    let event = json!({
        "id": "e1", "event_type": "deployment.succeeded", "timestamp": "2026-01-01T00:00:00Z", "project_id": 7,
        "data": { "deployment_id": 1, "project_id": 7, "environment_id": 3, "url": site.origin() },
    });
    let other = json!({ "id": "e2", "event_type": "deployment.succeeded", "timestamp": "2026-01-01T00:00:01Z", "data": { "deployment_id": 2 } });
    for event in [&event, &event, &other] {
        analyzer.channel.send(json!({ "type": "event", "event": event })).await;
    }
    analyzer.launcher.logged("a report is done").await;
    let reports = analyzer.get("/reports").await;
    let reports = reports.as_array().unwrap();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!((&reports[0]["trigger"], &reports[0]["projectId"]), (&json!("deployment"), &json!(7)));
    assert_expected(&analyzer.found(1, &site).await, &site);
    analyzer.stop().await;
}

#[tokio::test]
async fn a_site_that_the_operator_does_not_allow_says_what_to_add() {
    let site = Server::start(0).await.unwrap();
    let (launcher, channel) = Start::with(test_guests::TEMPS_SEO_ANALYZER_PLUGIN).running().await;
    let analyzer = Analyzer { launcher, channel };
    let report = analyzer.begin(&site).await;
    let (over, _) = analyzer.over(report).await;
    assert_eq!(over["state"], "failed");
    let said = format!("allow = [\"{}\"]", site.origin());
    assert!(over["error"].as_str().unwrap().contains(&said), "{over}");
    assert!(site.asked().is_empty());
    analyzer.stop().await;
}
