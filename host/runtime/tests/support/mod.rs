//! Starting a guest without a socket, and talking to it.

#![allow(clippy::unwrap_used, reason = "what tests share is a test too, though clippy does not see it")]

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use serde_json::{Value, json};
use temps_plugin_protocol::{Capability, PlatformCall, PluginEvent, ProtocolVersion};
use temps_plugin_runtime::{
    ActorToken, Caller, Component, Databases, Engine, Files, GuestBody, Limits, Platform, PlatformError, Plugin, Setup,
};

/// A platform with one project, whose API says in whose name it was called.
struct OneProject;

impl Platform for OneProject {
    fn call(&self, call: PlatformCall) -> BoxFuture<'static, Result<Value, PlatformError>> {
        Box::pin(async move {
            match call {
                PlatformCall::GetProject { project_id: 7 } => Ok(json!({
                    "id": 7, "name": "seven", "slug": "seven", "repo_name": "r", "repo_owner": "o", "main_branch": "main",
                    "preset": "vite", "source_type": "git", "created_at": "2026-01-01T00:00:00Z",
                    "updated_at": "2026-01-01T00:00:00Z", "enable_preview_environments": true,
                })),
                PlatformCall::ApiCall(call) => Ok(json!({ "status": 200, "body": call.actor })),
                _ => Err(PlatformError::Disconnected),
            }
        })
    }
}

pub(crate) fn start(component: &str, limits: &Limits) -> Plugin {
    start_in(component, limits, None, None)
}

/// With databases in this folder.
pub(crate) fn start_with_databases(component: &str, limits: &Limits, folder: &Path) -> Plugin {
    start_in(component, limits, None, Some(Databases::new(folder, limits.into())))
}

/// With files.
pub(crate) fn start_with(component: &str, limits: &Limits, files: Option<Files>) -> Plugin {
    start_in(component, limits, files, None)
}

fn start_in(component: &str, limits: &Limits, files: Option<Files>, databases: Option<Databases>) -> Plugin {
    let engine = Engine::new(limits).unwrap();
    let component = Component::load(&engine, Path::new(component)).unwrap();
    let setup = Setup {
        plugin_name: "test".into(),
        protocol: ProtocolVersion::V2,
        data_dir: "/data".into(),
        files,
        platform: Arc::new(OneProject),
        capabilities: vec![Capability::ApiRead, Capability::ApiWrite],
        http: None,
        databases,
        config: temps_plugin_runtime::GuestConfig::default(),
    };
    Plugin::start(&component, setup)
}

/// An answer that is read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

pub(crate) async fn read(response: Response<GuestBody>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
}

pub(crate) async fn get(plugin: &Plugin, path: &str) -> Answer {
    read(plugin.handle(Request::get(path).body(Empty::<Bytes>::new()).unwrap(), None).await).await
}

pub(crate) async fn post(plugin: &Plugin, path: &str, body: impl Into<Bytes>) -> Answer {
    read(plugin.handle(Request::post(path).body(Full::new(body.into())).unwrap(), None).await).await
}

/// A user whose token is the id.
pub(crate) fn caller(id: i32) -> Caller {
    let actor = Some(ActorToken::new(id.to_string()));
    Caller { id, email: format!("{id}@x"), role: "user".into(), permissions: String::new(), actor }
}

/// A request with a caller.
pub(crate) async fn send_as(plugin: &Plugin, id: i32, method: Method, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).body(Empty::<Bytes>::new());
    read(plugin.handle(request.unwrap(), Some(Arc::new(caller(id)))).await).await
}

pub(crate) fn event(event_type: &str) -> PluginEvent {
    PluginEvent {
        id: "5f0c9a52-59ba-4a06-a1ee-6a3f8ab6c5a1".into(),
        event_type: event_type.into(),
        timestamp: "2026-01-01T00:00:00Z".into(),
        project_id: Some(7),
        data: json!({ "project_id": 7 }),
    }
}
