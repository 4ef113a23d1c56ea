//! Queries to the Temps platform. Calls of its API are in [`api`](crate::api).

mod client;
mod error;

pub use client::TempsClient;
pub use error::PlatformError;

use futures::future::{BoxFuture, ready};
use temps_plugin_protocol::{Deployment, Environment, Project};

use crate::api::{ApiError, ApiRequest, ApiResponse};
use crate::identity::Actor;

/// What answers a [`TempsClient`]: the launcher in a component, a
/// [`FixturePlatform`](crate::testing::FixturePlatform) in a test, or an implementation of your own for what a fixture cannot say,
/// such as an answer that comes late.
pub trait Platform: Send + Sync + 'static {
    /// See [`TempsClient::get_project`].
    fn get_project(&self, project_id: i32) -> BoxFuture<'_, Result<Project, PlatformError>>;

    /// See [`TempsClient::list_projects`].
    fn list_projects(&self, limit: Option<u32>) -> BoxFuture<'_, Result<Vec<Project>, PlatformError>>;

    /// See [`TempsClient::get_environment`].
    fn get_environment(&self, environment_id: i32) -> BoxFuture<'_, Result<Environment, PlatformError>>;

    /// See [`TempsClient::list_environments`].
    fn list_environments(&self, project_id: i32) -> BoxFuture<'_, Result<Vec<Environment>, PlatformError>>;

    /// See [`TempsClient::get_deployment`].
    fn get_deployment(&self, deployment_id: i32) -> BoxFuture<'_, Result<Deployment, PlatformError>>;

    /// See [`TempsClient::get_last_deployment`].
    fn get_last_deployment(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
    ) -> BoxFuture<'_, Result<Option<Deployment>, PlatformError>>;

    /// See [`TempsClient::list_deployments`].
    fn list_deployments(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
        limit: Option<u32>,
    ) -> BoxFuture<'_, Result<Vec<Deployment>, PlatformError>>;

    /// See [`ApiClient`](crate::ApiClient). What [`ApiError`] says is found before anything is sent has been checked.
    ///
    /// Unless it is implemented, the platform does not know the method, as one of v1.
    fn api_call<'a>(&'a self, actor: &'a Actor, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ApiError>> {
        let _ = (actor, request);
        Box::pin(ready(Err(PlatformError::MethodNotFound("api_call".to_owned()).into())))
    }
}
