//! The example plugin `deploy-watch`, through the launcher: events, names from the platform, API calls as the caller, and OpenAPI.

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Empty;
use serde_json::{Value, json};
use temps_plugin_protocol::{
    ApiBody, ApiCall, ApiMethod, ChannelError, PlatformCall, ProtocolVersion, decode_ready_line, encode_response, headers,
};
use tokio_tungstenite::tungstenite::Message;

use super::support::{Answer, Channel, Client, Launcher, Start};

const BOTH: [ProtocolVersion; 2] = [ProtocolVersion::V1, ProtocolVersion::V2];

fn deploy_watch(version: ProtocolVersion) -> Start {
    Start::with(test_guests::TEMPS_DEPLOY_WATCH_PLUGIN).version(version)
}

/// The plugin in one version of the protocol, with the host's end of its channel.
struct Watch {
    launcher: Launcher,
    channel: Channel,
    version: ProtocolVersion,
}

impl Watch {
    async fn start(version: ProtocolVersion) -> Self {
        let (launcher, channel) = deploy_watch(version).running().await;
        Self { launcher, channel, version }
    }

    async fn event(&mut self, id: &str, status: &str, minute: u32) {
        let event = json!({
            "id": id, "event_type": format!("deployment.{status}"), "timestamp": format!("2026-01-01T00:{minute:02}:00Z"),
            "project_id": 7, "data": { "deployment_id": 1, "project_id": 7, "environment_id": 3, "branch": "main", "commit_sha": "abc" },
        });
        self.channel.send(json!({ "type": "event", "event": event })).await;
    }

    /// The plugin asks for the names of project 7 and environment 3.
    async fn names(&mut self) {
        let (id, call) = self.channel.query().await;
        assert_eq!(call, PlatformCall::GetProject { project_id: 7 });
        self.channel.answer_project(id).await;
        let (id, call) = self.channel.query().await;
        assert_eq!(call, PlatformCall::GetEnvironment { environment_id: 3 });
        let environment = json!({
            "id": 3, "project_id": 7, "name": "live", "slug": "live", "is_preview": false, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
        });
        self.answer(id, "get_environment", &Ok(environment)).await;
    }

    async fn answer(&mut self, id: u64, method: &str, outcome: &Result<Value, ChannelError>) {
        self.channel.send_message(Message::text(encode_response(self.version, id, method, outcome))).await;
    }

    async fn recorded(&self, status: &str) {
        self.launcher.logged(&format!(r#""status":"{status}""#)).await;
    }

    async fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.launcher.get(path).await.text).unwrap()
    }
}

/// Asks for a redeployment as a user with these permissions.
async fn redeploy(client: &Client, permissions: &str) -> Answer {
    let request = client.request("/deployments/1/redeploy").method("POST");
    let request = request
        .header(headers::USER_ID, "5")
        .header(headers::USER_EMAIL, "ada@example.com")
        .header(headers::USER_ROLE, "user")
        .header(headers::USER_PERMISSIONS, permissions)
        .header(headers::ACTOR_TOKEN, "the-actor-of-ada");
    client.answer(request.body(Empty::<Bytes>::new()).unwrap()).await
}

fn problem(answer: &Answer) -> Value {
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn its_openapi_document_is_in_the_ready_line() {
    for version in BOTH {
        let mut launcher = deploy_watch(version).spawn();
        launcher.manifest().await;
        launcher.launch().await;
        let document = decode_ready_line(version, &launcher.line().await.unwrap()).unwrap().openapi.unwrap();
        assert_eq!(document["info"]["title"], "Deploy Watch");
        assert!(document["paths"]["/deployments/{id}/redeploy"]["post"].is_object(), "{document}");
    }
}

#[tokio::test]
async fn events_are_recorded_once_with_the_platforms_names() {
    for version in BOTH {
        let mut watch = Watch::start(version).await;
        watch.event("first", "created", 1).await;
        watch.names().await;
        watch.recorded("created").await;
        watch.event("first", "created", 1).await;
        watch.event("second", "succeeded", 2).await;
        watch.names().await;
        watch.recorded("succeeded").await;
        let shown = watch.get("/deployments/1").await;
        assert_eq!((&shown["status"], &shown["commitSha"]), (&json!("succeeded"), &json!("abc")));
        assert_eq!(shown["project"], json!({ "id": 7, "name": "seven" }));
        assert_eq!(shown["environment"], json!({ "id": 3, "name": "live" }));
        let events: Vec<_> = shown["events"].as_array().unwrap().iter().map(|event| &event["id"]).collect();
        assert_eq!(events, ["first", "second"]);
        assert_eq!(watch.get("/deployments?project=7&limit=1").await.as_array().unwrap().len(), 1);
        watch.launcher.stop().await;
    }
}

#[tokio::test]
async fn a_caller_redeploys_with_the_callers_own_right() {
    let mut watch = Watch::start(ProtocolVersion::V2).await;
    watch.event("first", "failed", 1).await;
    watch.names().await;
    watch.recorded("failed").await;

    let client = watch.launcher.client().clone();
    for (status, body, expected, said) in [
        (200, r#"{"queued":true}"#, StatusCode::ACCEPTED, r#""platform":{"queued":true}"#),
        (403, r#"{"detail":"not your project"}"#, StatusCode::FORBIDDEN, "it answered 403 Forbidden: not your project"),
        (500, "", StatusCode::BAD_GATEWAY, "it answered 500 Internal Server Error"),
    ] {
        let answered = async {
            let (id, call) = watch.channel.query().await;
            let trigger = ApiBody::Json(r#"{"environment_id":3,"branch":"main","commit":"abc"}"#.to_owned());
            let expected = ApiCall {
                method: ApiMethod::Post,
                path: "/projects/7/trigger-pipeline".to_owned(),
                query: None,
                body: Some(trigger),
                actor: "the-actor-of-ada".to_owned(),
            };
            // The debug form shows no token.
            assert!(call == PlatformCall::ApiCall(expected), "{call:?}");
            watch.answer(id, "api_call", &Ok(json!({ "status": status, "body": body }))).await;
        };
        let (answer, ()) = tokio::join!(redeploy(&client, "deployments:read,deployments:write"), answered);
        assert_eq!(answer.status, expected, "{}", answer.text);
        assert!(answer.text.contains(said), "{}", answer.text);
    }
    watch.launcher.stop().await;
}

#[tokio::test]
async fn who_may_not_deploy_is_told_so() {
    let mut watch = Watch::start(ProtocolVersion::V2).await;
    let unknown = redeploy(watch.launcher.client(), "deployments:write").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(problem(&unknown)["detail"], "no event has told of a deployment 1");
    watch.event("first", "failed", 1).await;
    watch.names().await;
    watch.recorded("failed").await;
    let refused = redeploy(watch.launcher.client(), "deployments:read").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(problem(&refused)["detail"].as_str().unwrap().contains("deployments:write"), "{}", refused.text);
    let nobody = watch.launcher.client().post("/deployments/1/redeploy", "").await;
    assert_eq!((nobody.status, &problem(&nobody)["status"]), (StatusCode::UNAUTHORIZED, &json!(401)));
    watch.launcher.stop().await;
}

#[tokio::test]
async fn a_v1_host_verifies_nobody() {
    let watch = Watch::start(ProtocolVersion::V1).await;
    let forged = redeploy(watch.launcher.client(), "deployments:write").await;
    assert_eq!((forged.status, &problem(&forged)["status"]), (StatusCode::UNAUTHORIZED, &json!(401)));
    watch.launcher.stop().await;
}
