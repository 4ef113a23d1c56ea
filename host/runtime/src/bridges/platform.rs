//! `platform`: typed queries of the guest, as calls on the channel that somebody else holds.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;
use temps_plugin_protocol::{ChannelError, Deployment, Environment, ErrorCode, PlatformCall, Project};
use wasmtime::component::{Accessor, HasData, Linker};

use crate::bindings::platform as wit;
use crate::instance::State;

/// The platform, as the runtime sees it.
///
/// An implementation bounds the time of a call, and how many are under way and wait. The future is dropped when nobody waits for
/// the answer any more; it must then let go of what it holds for the call.
pub trait Platform: Send + Sync + 'static {
    /// Makes a call, and gives the answer's JSON as it came.
    fn call(&self, call: PlatformCall) -> BoxFuture<'static, Result<Value, PlatformError>>;
}

/// Why a call to the platform gave nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlatformError {
    /// The platform answered with an error.
    #[error("the platform answered {}: {}", .0.code, .0.message)]
    Channel(ChannelError),
    /// The channel to the platform is closed.
    #[error("the channel to Temps is closed")]
    Disconnected,
    /// No answer came in time.
    #[error("Temps did not answer in time")]
    TimedOut,
    /// More calls wait than are held.
    #[error("too many calls to Temps are waiting")]
    Overloaded,
    /// The answer was not what the protocol says.
    #[error("Temps answered something unexpected: {0}")]
    Protocol(String),
}

/// The bridge's part of the store.
#[derive(Clone)]
pub(crate) struct PlatformBridge {
    pub(crate) backend: Arc<dyn Platform>,
    /// Counts calls, for the time limit of `init`.
    pub(crate) called: Arc<std::sync::atomic::AtomicBool>,
}

impl HasData for PlatformBridge {
    type Data<'a> = &'a mut Self;
}

impl wit::Host for PlatformBridge {}

impl PlatformBridge {
    /// Makes `call` and reads its answer as a `T`.
    async fn ask<T: serde::de::DeserializeOwned, S: Send>(
        store: &Accessor<S, Self>,
        call: PlatformCall,
    ) -> Result<T, wit::Error> {
        let answer = store.with(|mut access| {
            let bridge = access.get();
            bridge.called.store(true, std::sync::atomic::Ordering::Relaxed);
            bridge.backend.call(call)
        });
        let value = answer.await?;
        serde_json::from_value(value).map_err(|error| wit::Error::Protocol(error.to_string()))
    }
}

impl From<PlatformError> for wit::Error {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::Channel(ChannelError { code, message }) => match code {
                ErrorCode::MethodNotFound => Self::MethodNotFound(message),
                ErrorCode::InvalidParams => Self::InvalidParams(message),
                ErrorCode::PermissionDenied => Self::PermissionDenied(message),
                ErrorCode::NotFound => Self::NotFound(message),
                ErrorCode::Unauthenticated => Self::Unauthenticated(message),
                ErrorCode::Internal => Self::Internal(message),
                ErrorCode::Other(code) => Self::Internal(format!("{code}: {message}")),
            },
            PlatformError::Disconnected => Self::Disconnected,
            PlatformError::TimedOut => Self::TimedOut,
            PlatformError::Overloaded => Self::Overloaded,
            PlatformError::Protocol(reason) => Self::Protocol(reason),
        }
    }
}

type Answer<T> = wasmtime::Result<Result<T, wit::Error>>;

impl<S: Send> wit::HostWithStore<S> for PlatformBridge {
    async fn get_project(store: &Accessor<S, Self>, project_id: i32) -> Answer<wit::Project> {
        let call = PlatformCall::GetProject { project_id };
        Ok(Self::ask::<Project, S>(store, call).await.map(Into::into))
    }

    async fn list_projects(store: &Accessor<S, Self>, limit: Option<u32>) -> Answer<Vec<wit::Project>> {
        let call = PlatformCall::ListProjects { limit };
        Ok(Self::ask::<Vec<Project>, S>(store, call).await.map(into_all))
    }

    async fn get_environment(store: &Accessor<S, Self>, environment_id: i32) -> Answer<wit::Environment> {
        let call = PlatformCall::GetEnvironment { environment_id };
        Ok(Self::ask::<Environment, S>(store, call).await.map(Into::into))
    }

    async fn list_environments(store: &Accessor<S, Self>, project_id: i32) -> Answer<Vec<wit::Environment>> {
        let call = PlatformCall::ListEnvironments { project_id };
        Ok(Self::ask::<Vec<Environment>, S>(store, call).await.map(into_all))
    }

    async fn get_deployment(store: &Accessor<S, Self>, deployment_id: i32) -> Answer<wit::Deployment> {
        let call = PlatformCall::GetDeployment { deployment_id };
        Ok(Self::ask::<Deployment, S>(store, call).await.map(Into::into))
    }

    async fn get_last_deployment(
        store: &Accessor<S, Self>,
        project_id: i32,
        environment_id: Option<i32>,
    ) -> Answer<Option<wit::Deployment>> {
        let call = PlatformCall::GetLastDeployment { project_id, environment_id };
        Ok(Self::ask::<Option<Deployment>, S>(store, call).await.map(|found| found.map(Into::into)))
    }

    async fn list_deployments(
        store: &Accessor<S, Self>,
        project_id: i32,
        environment_id: Option<i32>,
        limit: Option<u32>,
    ) -> Answer<Vec<wit::Deployment>> {
        let call = PlatformCall::ListDeployments { project_id, environment_id, limit };
        Ok(Self::ask::<Vec<Deployment>, S>(store, call).await.map(into_all))
    }
}

fn into_all<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(Into::into).collect()
}

/// The records of the wire and of WIT have the same fields.
macro_rules! same_fields {
    ($wire:ident { $($field:ident),+ $(,)? }) => {
        impl From<$wire> for wit::$wire {
            fn from($wire { $($field),+ }: $wire) -> Self {
                Self { $($field),+ }
            }
        }
    };
}

same_fields!(Project {
    id,
    name,
    slug,
    repo_name,
    repo_owner,
    main_branch,
    preset,
    source_type,
    created_at,
    updated_at,
    last_deployment,
    enable_preview_environments,
});
same_fields!(Environment { id, project_id, name, slug, branch, is_preview, current_deployment_id, created_at, updated_at });
same_fields!(Deployment {
    id,
    project_id,
    environment_id,
    state,
    branch,
    tag,
    commit_sha,
    commit_message,
    commit_author,
    created_at,
    started_at,
    finished_at,
});

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, PlatformBridge>(linker, |state| &mut state.platform)
}
