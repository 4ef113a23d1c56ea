//! HTTP: what a request asks of the store, and how its answer is told.

pub(crate) mod key;
pub(crate) mod projects;
pub(crate) mod settings;
pub(crate) mod sites;
pub(crate) mod submissions;
pub(crate) mod suggestions;

mod editor;
mod extract;
mod urls;

pub(crate) use editor::Editor;
pub(crate) use extract::{JsonBody, PathOf, QueryOf};

use std::sync::Arc;

use axum::extract::State;

use crate::AppState;

pub(crate) type App = State<Arc<AppState>>;

#[cfg(test)]
pub(crate) mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use serde_json::{Value, json};
    use temps_plugin_sdk::ProtocolVersion;
    use temps_plugin_sdk::testing::{Exchange, FixturePlatform, HttpScript, TestCaller, TestPlugin, TestResponse, fixture};

    use crate::IndexNowPlugin;

    /// The plugin, with a caller who may change things.
    pub(crate) struct Admin {
        pub(crate) plugin: TestPlugin,
    }

    pub(crate) fn admin(plugin: TestPlugin) -> Admin {
        Admin { plugin }
    }

    async fn started() -> Admin {
        admin(TestPlugin::start::<IndexNowPlugin>().await.unwrap())
    }

    impl Admin {
        async fn send(&self, method: &str, path: &str, body: Value) -> TestResponse {
            let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
            let caller = TestCaller::new(1).permission("projects:write");
            self.plugin.as_caller(caller).request(request.body(Body::from(body.to_string())).unwrap()).await
        }

        pub(crate) async fn get(&self, path: &str) -> Value {
            self.plugin.get(path).await.unwrap().json().await.unwrap()
        }

        pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
            self.send("POST", path, body).await.json().await.unwrap()
        }

        pub(crate) async fn patch(&self, path: &str, body: Value) -> Value {
            self.send("PATCH", path, body).await.json().await.unwrap()
        }
    }

    #[tokio::test]
    async fn settings_speak_javascript() {
        let plugin = started().await;
        let mut settings = plugin.get("/settings").await;
        let key = settings.as_object_mut().unwrap().remove("key").unwrap();
        let engines = settings.as_object_mut().unwrap().remove("engines").unwrap();
        assert_eq!(engines.as_array().unwrap().len(), 7);
        let expected = json!({
            "engine": "indexnow", "customEndpoint": null, "autoSubmit": true, "batchSize": 1000, "staleAfterDays": 30,
            "endpoint": "https://api.indexnow.org/indexnow",
        });
        assert_eq!(settings, expected);
        assert_eq!(plugin.patch("/settings", json!({ "batchSize": 5 })).await["batchSize"], 5);
        let new = plugin.post("/settings/key", Value::Null).await["key"].clone();
        assert_ne!(new, key);
    }

    #[tokio::test]
    async fn the_key_file_is_the_key_and_nothing_else() {
        let plugin = started().await;
        let key = plugin.get("/settings").await["key"].as_str().unwrap().to_owned();
        for path in [format!("/key/{key}.txt"), format!("/{key}.txt")] {
            let file = plugin.plugin.get(&path).await.unwrap();
            assert_eq!(file.header("content-type"), Some("text/plain; charset=utf-8"));
            assert_eq!(file.text().await.unwrap(), key);
        }
        for path in ["/key/other.txt".to_owned(), format!("/key/{key}"), "/robots.txt".to_owned()] {
            assert_eq!(plugin.plugin.get(&path).await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(plugin.plugin.manifest().public_paths, ["/key/"]);
    }

    #[tokio::test]
    async fn a_site_is_asked_for_its_key() {
        let key = "0123456789abcdef";
        let file = || Exchange::get(format!("https://shop.example/{key}.txt"));
        let servers =
            HttpScript::new().expect(file().body(format!("{key}\n"))).expect(file().body("<html>")).expect(file().status(404));
        let _installed = servers.install();
        let plugin = started().await;
        plugin.patch("/settings", json!({ "key": key })).await;
        let site = plugin.post("/sites", json!({ "origin": "shop.example" })).await["id"].clone();
        for served in [true, false, false] {
            assert_eq!(plugin.get(&format!("/sites/{site}/key")).await["served"], served);
        }
    }

    #[tokio::test]
    async fn urls_are_submitted_by_hand_and_seen_in_the_history() {
        let plugin = started().await;
        let site = plugin.post("/sites", json!({ "origin": "shop.example" })).await["id"].clone();
        let submitted = plugin.post("/submissions", json!({ "siteId": site, "urls": ["/a", "/b", "/a"] })).await;
        assert_eq!(submitted, json!({ "submissions": [1], "urls": 2 }));
        let listed = plugin.get("/submissions").await;
        assert_eq!((&listed["total"], &listed["submissions"][0]["source"]), (&json!(1), &json!("manual")));
        let shown = plugin.get("/submissions/1").await;
        assert_eq!(shown["urls"], json!(["https://shop.example/a", "https://shop.example/b"]));
        assert_eq!(plugin.get("/submissions?status=failed").await["total"], 0);
    }

    #[tokio::test]
    async fn what_is_wrong_is_a_problem() {
        let plugin = started().await;
        plugin.post("/sites", json!({ "origin": "shop.example" })).await;
        for (method, path, body, status, said) in [
            ("PATCH", "/settings", json!({ "batchSize": 0 }), 400, "it is 0, and 1 to 10000 are allowed"),
            ("PATCH", "/settings", json!({ "key": "short" }), 400, "it has 5 characters"),
            ("PATCH", "/settings", json!({ "batchsize": 1 }), 422, "unknown field"),
            ("POST", "/sites", json!({ "origin": "shop.example" }), 409, "already is a site"),
            ("POST", "/sites/9/scan", json!(null), 404, "no site 9"),
            (
                "POST",
                "/submissions",
                json!({ "siteId": 1, "urls": ["https://other.example/"] }),
                400,
                "not of https://shop.example",
            ),
            ("GET", "/submissions/9", json!(null), 404, "no submission 9"),
            ("GET", "/submissions/nine", json!(null), 400, "nine"),
            ("GET", "/submissions?status=lost", json!(null), 400, "lost"),
            ("POST", "/suggestions/submit", json!({ "siteId": 1 }), 400, "nothing to submit"),
        ] {
            let answer = plugin.send(method, path, body).await;
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            let problem: Value = answer.json().await.unwrap();
            assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
        }
    }

    #[tokio::test]
    async fn who_may_not_change_projects_may_only_look() {
        let plugin = TestPlugin::start::<IndexNowPlugin>().await.unwrap();
        let site = json!({ "origin": "shop.example" });
        assert_eq!(plugin.post_json("/sites", &site).await.unwrap().status(), StatusCode::UNAUTHORIZED);
        let reader = plugin.as_caller(TestCaller::new(1).permission("projects:read"));
        assert_eq!(reader.post_json("/sites", &site).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(reader.get("/sites").await.unwrap().text().await.unwrap(), "[]");
        let plugin = TestPlugin::builder().protocol_version(ProtocolVersion::V1).start::<IndexNowPlugin>().await.unwrap();
        assert_eq!(plugin.post_json("/sites", &site).await.unwrap().status(), StatusCode::CREATED);
    }

    #[tokio::test]
    async fn projects_are_the_platforms() {
        let platform = FixturePlatform::new().project(fixture::project(7, "shop"));
        let plugin = admin(TestPlugin::builder().platform(platform).start::<IndexNowPlugin>().await.unwrap());
        assert_eq!(plugin.get("/projects").await, json!([{ "id": 7, "name": "shop" }]));
    }
}
