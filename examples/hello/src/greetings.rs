use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};

use crate::AppState;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hello {
    id: u64,
    name: String,
    msg: &'static str,
}

pub(crate) async fn by_id(State(state): State<Arc<AppState>>, Path(id): Path<u64>) -> Json<Hello> {
    state.greeted.fetch_add(1, Ordering::Relaxed);
    Json(Hello { id, name: format!("user-{id}"), msg: "hello world" })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Who {
    #[serde(default = "somebody")]
    name: String,
}

fn somebody() -> String {
    "world".to_owned()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Greeting {
    msg: String,
}

pub(crate) async fn by_name(State(state): State<Arc<AppState>>, Query(who): Query<Who>) -> Json<Greeting> {
    state.greeted.fetch_add(1, Ordering::Relaxed);
    Json(Greeting { msg: format!("{} {}", state.greeting, who.name) })
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Greeted {
    greeted: u64,
}

pub(crate) async fn count(State(state): State<Arc<AppState>>) -> Json<Greeted> {
    Json(Greeted { greeted: state.greeted.load(Ordering::Relaxed) })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use serde_json::{Value, json};
    use temps_plugin_sdk::testing::TestPlugin;

    use crate::HelloPlugin;

    #[tokio::test]
    async fn a_greeting_by_id() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let response = plugin.get("/hello/7").await.unwrap();
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.text().await.unwrap(), r#"{"id":7,"name":"user-7","msg":"hello world"}"#);
        assert_eq!(plugin.get("/hello/seven").await.unwrap().status(), StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn a_greeting_by_name() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let greeting: Value = plugin.get("/hello?name=ann%20b").await.unwrap().json().await.unwrap();
        assert_eq!(greeting, json!({ "msg": "hello ann b" }));
        let greeting: Value = plugin.get("/hello").await.unwrap().json().await.unwrap();
        assert_eq!(greeting, json!({ "msg": "hello world" }));
    }

    #[tokio::test]
    async fn the_operator_says_with_which_word() {
        let plugin = TestPlugin::builder().config("greeting", "moin").start::<HelloPlugin>().await.unwrap();
        let greeting: Value = plugin.get("/hello?name=ann").await.unwrap().json().await.unwrap();
        assert_eq!(greeting, json!({ "msg": "moin ann" }));
    }

    #[tokio::test]
    async fn greetings_are_counted_across_requests() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        plugin.get("/hello/1").await.unwrap();
        plugin.get("/hello?name=ann").await.unwrap();
        let greeted: Value = plugin.get("/greeted").await.unwrap().json().await.unwrap();
        assert_eq!(greeted, json!({ "greeted": 2 }));
    }

    #[tokio::test]
    async fn head_has_the_length_and_no_body() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let response = plugin.request(Request::head("/hello/7").body(Body::empty()).unwrap()).await;
        assert_eq!(response.header("content-length"), Some("44"));
        assert_eq!(response.bytes().await.unwrap(), "");
    }
}
