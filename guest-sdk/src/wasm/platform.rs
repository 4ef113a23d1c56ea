//! The `platform` import behind [`TempsClient`](crate::platform::TempsClient).

use std::future::Future;

use futures::future::BoxFuture;
use temps_plugin_protocol::{Deployment, Environment, Project};

use super::bindings::temps::plugin::platform as wit;
use super::single_threaded::SingleThreaded;
use crate::api::{ApiError, ApiRequest, ApiResponse};
use crate::identity::Actor;
use crate::platform::{Platform, PlatformError};

pub(super) struct Import;

impl Platform for Import {
    fn get_project(&self, project_id: i32) -> BoxFuture<'_, Result<Project, PlatformError>> {
        call(wit::get_project(project_id), project)
    }

    fn list_projects(&self, limit: Option<u32>) -> BoxFuture<'_, Result<Vec<Project>, PlatformError>> {
        call(wit::list_projects(limit), |list| list.into_iter().map(project).collect())
    }

    fn get_environment(&self, environment_id: i32) -> BoxFuture<'_, Result<Environment, PlatformError>> {
        call(wit::get_environment(environment_id), environment)
    }

    fn list_environments(&self, project_id: i32) -> BoxFuture<'_, Result<Vec<Environment>, PlatformError>> {
        call(wit::list_environments(project_id), |list| list.into_iter().map(environment).collect())
    }

    fn get_deployment(&self, deployment_id: i32) -> BoxFuture<'_, Result<Deployment, PlatformError>> {
        call(wit::get_deployment(deployment_id), deployment)
    }

    fn get_last_deployment(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
    ) -> BoxFuture<'_, Result<Option<Deployment>, PlatformError>> {
        call(wit::get_last_deployment(project_id, environment_id), |last| last.map(deployment))
    }

    fn list_deployments(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
        limit: Option<u32>,
    ) -> BoxFuture<'_, Result<Vec<Deployment>, PlatformError>> {
        call(wit::list_deployments(project_id, environment_id, limit), |list| list.into_iter().map(deployment).collect())
    }

    fn api_call<'a>(&'a self, actor: &'a Actor, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ApiError>> {
        Box::pin(SingleThreaded::new(super::api::call(actor.handle(), request)))
    }
}

fn call<T: 'static, U: 'static>(
    query: impl Future<Output = Result<T, wit::Error>> + 'static,
    convert: fn(T) -> U,
) -> BoxFuture<'static, Result<U, PlatformError>> {
    Box::pin(SingleThreaded::new(async move { query.await.map(convert).map_err(error) }))
}

pub(super) fn error(error: wit::Error) -> PlatformError {
    match error {
        wit::Error::MethodNotFound(message) => PlatformError::MethodNotFound(message),
        wit::Error::InvalidParams(message) => PlatformError::InvalidParams(message),
        wit::Error::PermissionDenied(message) => PlatformError::PermissionDenied(message),
        wit::Error::NotFound(message) => PlatformError::NotFound(message),
        wit::Error::Unauthenticated(message) => PlatformError::Unauthenticated(message),
        wit::Error::Internal(message) => PlatformError::Internal(message),
        wit::Error::Disconnected => PlatformError::Disconnected,
        wit::Error::TimedOut => PlatformError::TimedOut,
        wit::Error::Overloaded => PlatformError::Overloaded,
        wit::Error::Protocol(message) => PlatformError::Protocol(message),
    }
}

fn project(project: wit::Project) -> Project {
    Project {
        id: project.id,
        name: project.name,
        slug: project.slug,
        repo_name: project.repo_name,
        repo_owner: project.repo_owner,
        main_branch: project.main_branch,
        preset: project.preset,
        source_type: project.source_type,
        created_at: project.created_at,
        updated_at: project.updated_at,
        last_deployment: project.last_deployment,
        enable_preview_environments: project.enable_preview_environments,
    }
}

fn environment(environment: wit::Environment) -> Environment {
    Environment {
        id: environment.id,
        project_id: environment.project_id,
        name: environment.name,
        slug: environment.slug,
        branch: environment.branch,
        is_preview: environment.is_preview,
        current_deployment_id: environment.current_deployment_id,
        created_at: environment.created_at,
        updated_at: environment.updated_at,
    }
}

fn deployment(deployment: wit::Deployment) -> Deployment {
    Deployment {
        id: deployment.id,
        project_id: deployment.project_id,
        environment_id: deployment.environment_id,
        state: deployment.state,
        branch: deployment.branch,
        tag: deployment.tag,
        commit_sha: deployment.commit_sha,
        commit_message: deployment.commit_message,
        commit_author: deployment.commit_author,
        created_at: deployment.created_at,
        started_at: deployment.started_at,
        finished_at: deployment.finished_at,
    }
}
