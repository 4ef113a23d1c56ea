use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

use super::*;
use crate::testing::{TestCaller, TestPlugin};
use crate::{ExternalPlugin, PluginContext, PluginManifest, ProtocolVersion, StartError};

/// Handlers that take a caller in each way.
#[derive(Default)]
struct Door;

/// An author's own error.
struct Own(Forbidden);

impl From<Forbidden> for Own {
    fn from(error: Forbidden) -> Self {
        Self(error)
    }
}

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        format!("own: {}", self.0).into_response()
    }
}

impl ExternalPlugin for Door {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("door", "1.0.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        let me = async |caller: AuthenticatedCaller| {
            format!("{} {} {} {}", caller.id(), caller.email(), caller.role(), caller.permissions().join(" "))
        };
        let optional = async |OptionalCaller(caller): OptionalCaller| caller.map_or(0, |caller| caller.id()).to_string();
        let option = async |caller: Option<AuthenticatedCaller>| caller.map_or(0, |caller| caller.id()).to_string();
        let write = async |caller: AuthenticatedCaller| caller.require_permission("x:write").map(|()| "written");
        let any = async |caller: AuthenticatedCaller| caller.require_any(&["x:read", "x:write"]).map(|()| "read");
        let own = async |caller: AuthenticatedCaller| -> Result<&'static str, Own> {
            caller.require_permission("x:write")?;
            Ok("written")
        };
        Ok(Router::new()
            .route("/me", get(me))
            .route("/optional", get(optional))
            .route("/option", get(option))
            .route("/write", get(write))
            .route("/any", get(any))
            .route("/own", get(own))
            .with_state("some state"))
    }
}

async fn door() -> TestPlugin {
    TestPlugin::start::<Door>().await.unwrap()
}

async fn text(plugin: &TestPlugin, caller: TestCaller, path: &str) -> String {
    plugin.as_caller(caller).get(path).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_handler_gets_the_caller() {
    let plugin = door().await;
    let caller = TestCaller::new(7).email("a@b").role(Role::Reader).permission("x:read").permission("y:read");
    assert_eq!(text(&plugin, caller.clone(), "/me").await, "7 a@b reader x:read y:read");
    assert_eq!(text(&plugin, caller.clone(), "/optional").await, "7");
    assert_eq!(text(&plugin, caller, "/option").await, "7");
}

#[tokio::test]
async fn nobody_is_a_401_or_none() {
    let plugin = door().await;
    let refused = plugin.get("/me").await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.header("content-type")), (401, Some("application/problem+json")));
    let problem: Value = refused.json().await.unwrap();
    assert_eq!((&problem["status"], &problem["title"]), (&401.into(), &"Unauthorized".into()));
    assert_eq!(plugin.get("/optional").await.unwrap().text().await.unwrap(), "0");
    assert_eq!(plugin.get("/option").await.unwrap().text().await.unwrap(), "0");
}

#[tokio::test]
async fn with_a_v1_host_there_is_never_a_caller() {
    let plugin = TestPlugin::builder().protocol_version(ProtocolVersion::V1).start::<Door>().await.unwrap();
    let caller = plugin.as_caller(TestCaller::new(7));
    assert_eq!(caller.get("/me").await.unwrap().status(), 401);
    assert_eq!(caller.get("/optional").await.unwrap().text().await.unwrap(), "0");
}

#[tokio::test]
async fn headers_alone_make_no_caller() {
    let plugin = door().await;
    let request = http::Request::get("/me")
        .header("x-temps-user-id", "1")
        .header("x-temps-user-email", "a@b")
        .header("x-temps-user-role", "admin")
        .body(axum::body::Body::empty());
    assert_eq!(plugin.request(request.unwrap()).await.status(), 401);
}

#[tokio::test]
async fn what_is_decided_by_is_permissions() {
    let plugin = door().await;
    let reader = || TestCaller::new(7).role(Role::Admin).permission("x:read");
    let refused = plugin.as_caller(reader()).get("/write").await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.header("content-type")), (403, Some("application/problem+json")));
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["detail"], "this needs the permission `x:write`");
    assert_eq!(problem["permissions"], serde_json::json!(["x:write"]));
    assert_eq!(text(&plugin, reader(), "/any").await, "read");
    assert_eq!(text(&plugin, reader(), "/own").await, "own: this needs the permission `x:write`");
    assert_eq!(text(&plugin, reader().permission("x:write"), "/write").await, "written");
    assert_eq!(text(&plugin, reader().permission("x:write"), "/own").await, "written");
    assert!(text(&plugin, TestCaller::new(7), "/any").await.contains("one of the permissions `x:read`, `x:write`"));
}

#[test]
fn a_permission_is_all_of_its_name() {
    let caller = TestCaller::new(7).permission("projects:read").verified();
    assert!(caller.has_permission("projects:read"));
    for other in ["projects", "projects:*", "projects:read ", "", "Projects:Read"] {
        assert!(!caller.has_permission(other), "{other}");
    }
    assert!(caller.require_any(&[]).is_err());
}
