use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use temps_plugin_sdk::testing::{Exchange, FixturePlatform, HttpScript, TestCaller, TestPlugin, TestResponse, fixture};

use crate::SeoAnalyzerPlugin;
use crate::types::{Difference, Finding, PageDetail, PageRow, Report, ReportDetail, State};

pub(crate) async fn send(plugin: &TestPlugin, method: &str, path: &str, body: Value) -> TestResponse {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    plugin.request(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn get<T: serde::de::DeserializeOwned>(plugin: &TestPlugin, path: &str) -> T {
    plugin.get(path).await.unwrap().json().await.unwrap()
}

pub(crate) async fn reports(plugin: &TestPlugin) -> Vec<Report> {
    get(plugin, "/reports").await
}

pub(crate) async fn ended(plugin: &TestPlugin, id: i64) -> ReportDetail {
    loop {
        let detail: ReportDetail = get(plugin, &format!("/reports/{id}")).await;
        if !matches!(detail.report.state, State::Queued | State::Running) {
            return detail;
        }
    }
}

pub(crate) fn html(path: &str, body: &str) -> Exchange {
    let title = format!("<html lang=en><title>The page at {path} of a site</title><h1>x</h1>{body}");
    Exchange::get(format!("http://a.com{path}")).header("content-type", "text/html").body(title)
}

pub(crate) fn missing(path: &str) -> Exchange {
    Exchange::get(format!("http://a.com{path}")).status(404)
}

/// A site with a page that links to one that is there and one that is not.
pub(crate) fn site(script: HttpScript) -> HttpScript {
    let script = script.expect(missing("/robots.txt")).expect(missing("/sitemap.xml")).expect(missing("/gone"));
    script.expect(html("/", "<a href=/a>a</a>, <a href=/gone>b</a>")).expect(html("/a", "<img src=i.png>"))
}

async fn audited() -> (TestPlugin, ReportDetail) {
    let script = site(HttpScript::new());
    let plugin = {
        let _installed = script.install();
        TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap()
    };
    send(&plugin, "PATCH", "/settings", json!({ "delayMs": 0 })).await;
    let begun = send(&plugin, "POST", "/reports", json!({ "url": "HTTP://a.com" })).await;
    assert_eq!(begun.status(), StatusCode::ACCEPTED);
    let begun: Report = begun.json().await.unwrap();
    assert_eq!((begun.site.as_str(), begun.state), ("http://a.com/", State::Queued));
    let ended = ended(&plugin, begun.id).await;
    script.assert_done();
    (plugin, ended)
}

#[tokio::test]
async fn an_audit_is_shown_with_its_reasons() {
    let (plugin, detail) = audited().await;
    let report = &detail.report;
    assert_eq!((report.state, report.pages_done, report.pages_known, &report.error), (State::Done, 3, 3, &None));
    let ids: Vec<_> = detail.checks.iter().map(|check| check.check.as_str()).collect();
    let expected = [
        "status.client-error",
        "link.broken",
        "description.missing",
        "canonical.missing",
        "open-graph.incomplete",
        "image.alt-missing",
    ];
    assert_eq!(ids, expected);
    let lost: f64 = detail.checks.iter().filter_map(|check| check.points).sum();
    assert_eq!(report.score, Some((100.0 - lost).round() as i32));
    assert_eq!((report.errors, report.warnings, report.notices), (2, 3, 4));

    let broken: Vec<Finding> = get(&plugin, "/reports/1/findings?check=link.broken").await;
    assert_eq!((broken[0].url.as_str(), &broken[0].evidence[..]), ("http://a.com/", &["http://a.com/gone (404)".to_owned()][..]));
    let all: Vec<Finding> = get(&plugin, "/reports/1/findings?limit=500").await;
    assert_eq!(all.len(), 9);
    let first: Vec<Finding> = get(&plugin, "/reports/1/findings?limit=4").await;
    let rest: Vec<Finding> = get(&plugin, &format!("/reports/1/findings?after={}", first[3].id)).await;
    assert_eq!([first, rest].concat(), all);
    let errors: Vec<Finding> = get(&plugin, "/reports/1/findings?severity=error&search=gone").await;
    assert_eq!(errors.len(), 1);
    let none: Vec<Finding> = get(&plugin, "/reports/1/findings?search=%25").await;
    assert!(none.is_empty());
}

#[tokio::test]
async fn a_page_is_shown_with_what_links_to_it() {
    let (plugin, _) = audited().await;
    let pages: Vec<PageRow> = get(&plugin, "/reports/1/pages").await;
    let rows: Vec<_> = pages.iter().map(|page| (page.url.as_str(), page.status, page.depth, page.findings)).collect();
    assert!(rows.contains(&("http://a.com/gone", Some(404), 1, 1)), "{rows:?}");
    let gone = pages.iter().find(|page| page.url.ends_with("gone")).unwrap();
    let detail: PageDetail = get(&plugin, &format!("/reports/1/pages/{}", gone.id)).await;
    assert_eq!((detail.page.status(), detail.findings[0].check.as_str()), (Some(404), "status.client-error"));
    assert_eq!(detail.linked_from[0].url, "http://a.com/");
    let found: PageDetail = get(&plugin, "/reports/1/page?url=http%3A%2F%2Fa.com%2Fgone").await;
    assert_eq!(found, detail);
    for path in ["/reports/1/pages/99", "/reports/2/pages/1", "/reports/1/page?url=x", "/reports/2", "/reports/2/export.csv"] {
        let answer = plugin.get(path).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
}

#[tokio::test]
async fn exports_hold_everything() {
    let (plugin, detail) = audited().await;
    let csv = plugin.get("/reports/1/export.csv").await.unwrap();
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"seo-report-1.csv\""));
    let csv = csv.text().await.unwrap();
    assert_eq!(csv.lines().count(), 10);
    assert!(csv.starts_with("url,severity,check,message,evidence\r\n"), "{csv}");
    assert!(csv.contains("http://a.com/,error,link.broken,1 link leads to an error.,http://a.com/gone (404)\r\n"), "{csv}");
    let json: Value = get(&plugin, "/reports/1/export.json").await;
    assert_eq!(json["report"], json!(detail));
    assert_eq!(json["findings"].as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn a_later_audit_is_compared_with_the_one_before() {
    let script = site(HttpScript::new());
    let plugin = {
        let _installed = script.install();
        TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap()
    };
    send(&plugin, "PATCH", "/settings", json!({ "delayMs": 0 })).await;
    send(&plugin, "POST", "/reports", json!({ "url": "http://a.com/" })).await;
    let before = ended(&plugin, 1).await.report;
    let none: Difference = get(&plugin, "/reports/1/difference").await;
    assert_eq!((none.previous, none.new_count), (None, 0));
    let script = script.expect(missing("/robots.txt")).expect(missing("/sitemap.xml"));
    let _script = script.expect(html("/", "<a href=/a>a</a>")).expect(html("/a", "<h1>y</h1><img src=i.png alt=i>"));
    send(&plugin, "POST", "/reports", json!({ "url": "http://a.com/" })).await;
    let after = ended(&plugin, 2).await.report;
    let Difference { previous, score_delta, new, fixed, new_count, fixed_count } = get(&plugin, "/reports/2/difference").await;
    assert_eq!(previous.unwrap().id, 1);
    assert_eq!(score_delta, Some(after.score.unwrap() - before.score.unwrap()));
    let checks = |findings: &[Finding]| findings.iter().map(|finding| finding.check.clone()).collect::<Vec<_>>();
    assert_eq!((checks(&new), new_count), (vec!["heading.h1-multiple".to_owned()], 1));
    assert_eq!(fixed_count, 3);
    let mut fixed = checks(&fixed);
    fixed.sort();
    assert_eq!(fixed, ["image.alt-missing", "link.broken", "status.client-error"]);
}

#[tokio::test]
async fn settings_have_bounds() {
    let plugin = TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap();
    let settings: Value = get(&plugin, "/settings").await;
    let defaults = json!({
        "maxPages": 500, "maxDepth": 10, "maxPageKib": 2048, "concurrency": 4, "delayMs": 50, "autoRun": true,
    });
    assert_eq!(settings, defaults);
    for (name, fits, beyond) in [
        ("maxPages", vec![1, 5000], vec![0, 5001]),
        ("maxDepth", vec![0, 50], vec![51]),
        ("maxPageKib", vec![16, 8192], vec![15, 8193]),
        ("concurrency", vec![1, 16], vec![0, 17]),
        ("delayMs", vec![0, 60000], vec![60001]),
    ] {
        for value in fits {
            let changed: Value = send(&plugin, "PATCH", "/settings", json!({ name: value })).await.json().await.unwrap();
            assert_eq!(changed[name], value);
        }
        for value in beyond {
            let refused = send(&plugin, "PATCH", "/settings", json!({ name: value })).await;
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{name} {value}");
        }
    }
    let wrong = send(&plugin, "PATCH", "/settings", json!({ "pages": 1 })).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn projects_have_sites() {
    let platform = FixturePlatform::new().project(fixture::project(7, "shop")).project(fixture::project(8, "blog"));
    let plugin = TestPlugin::builder().platform(platform).start::<SeoAnalyzerPlugin>().await.unwrap();
    let set = send(&plugin, "PUT", "/sites/7", json!({ "url": "https://Shop.example/#x" })).await;
    let site: Value = set.json().await.unwrap();
    assert_eq!(site, json!({ "projectId": 7, "url": "https://shop.example/", "autoRun": true }));
    let projects: Value = get(&plugin, "/projects").await;
    assert_eq!(projects, json!([{ "id": 7, "name": "shop", "site": site }, { "id": 8, "name": "blog", "site": null }]));
    let begun: Report = send(&plugin, "POST", "/reports", json!({ "projectId": 7 })).await.json().await.unwrap();
    assert_eq!((begun.site.as_str(), begun.project_id), ("https://shop.example/", Some(7)));
    for (body, said) in [
        (json!({}), "say which site"),
        (json!({ "projectId": 8 }), "say which site"),
        (json!({ "url": "nowhere" }), "URL"),
        (json!({ "url": "ftp://a.com" }), "not http"),
    ] {
        let refused = send(&plugin, "POST", "/reports", body).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let problem: Value = refused.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
    assert_eq!(send(&plugin, "DELETE", "/sites/7", Value::Null).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(send(&plugin, "DELETE", "/sites/7", Value::Null).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_may_not_change_projects_changes_nothing() {
    let plugin = TestPlugin::start::<SeoAnalyzerPlugin>().await.unwrap();
    let reader = plugin.as_caller(TestCaller::new(5).permission("projects:read"));
    for (method, path) in [
        ("POST", "/reports"),
        ("DELETE", "/reports/1"),
        ("POST", "/reports/1/cancel"),
        ("PATCH", "/settings"),
        ("PUT", "/sites/1"),
        ("DELETE", "/sites/1"),
    ] {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let answer = reader.request(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
    }
    assert_eq!(reader.get("/reports").await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_report_goes_when_it_is_over() {
    let (plugin, _) = audited().await;
    assert_eq!(send(&plugin, "POST", "/reports/1/cancel", Value::Null).await.status(), StatusCode::CONFLICT);
    assert_eq!(send(&plugin, "DELETE", "/reports/1", Value::Null).await.status(), StatusCode::NO_CONTENT);
    assert!(reports(&plugin).await.is_empty());
    assert_eq!(send(&plugin, "DELETE", "/reports/1", Value::Null).await.status(), StatusCode::NOT_FOUND);
}
