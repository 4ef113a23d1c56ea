//! The queries, each a call on the channel.

use temps_plugin_protocol::{Deployment, Environment, PlatformCall, Project};
use wasmtime::component::Accessor;

use super::PlatformBridge;
use crate::bindings::platform as wit;

impl PlatformBridge {
    /// Makes `call` and reads its answer as a `T`.
    async fn ask<T: serde::de::DeserializeOwned, S: Send + 'static>(
        store: &Accessor<S, Self>,
        call: PlatformCall,
    ) -> Result<T, wit::Error> {
        let answer = store.with(|mut access| access.get().link.call(call));
        let value = answer.await?;
        serde_json::from_value(value).map_err(|error| wit::Error::Protocol(error.to_string()))
    }
}

type Answer<T> = wasmtime::Result<Result<T, wit::Error>>;

impl<S: Send + 'static> wit::HostWithStore<S> for PlatformBridge {
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
