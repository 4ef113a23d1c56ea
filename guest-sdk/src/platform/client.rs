use std::fmt;
use std::sync::Arc;

use temps_plugin_protocol::{Deployment, Environment, Project};

use super::{Platform, PlatformError};

/// The plugin's way to ask the platform, from [`PluginContext::temps`](crate::PluginContext::temps). Cloning is cheap.
///
/// A query made before Temps has opened its channel waits for it; one made after the channel was lost fails with
/// [`PlatformError::Disconnected`]. The launcher sets a time limit for each, and bounds how many are under way. Dropping the future
/// of a query gives it up. Nothing is cached and nothing is repeated here.
#[derive(Clone)]
pub struct TempsClient {
    platform: Arc<dyn Platform>,
}

impl TempsClient {
    /// A client that `platform` answers.
    pub fn new(platform: impl Platform) -> Self {
        Self { platform: Arc::new(platform) }
    }

    pub(crate) fn platform(&self) -> Arc<dyn Platform> {
        self.platform.clone()
    }

    /// The project with this id.
    ///
    /// # Errors
    ///
    /// [`PlatformError::NotFound`] if there is none, or any other [`PlatformError`].
    pub async fn get_project(&self, project_id: i32) -> Result<Project, PlatformError> {
        self.platform.get_project(project_id).await
    }

    /// All projects, or the first `limit` of them.
    ///
    /// # Errors
    ///
    /// Any [`PlatformError`].
    pub async fn list_projects(&self, limit: Option<u32>) -> Result<Vec<Project>, PlatformError> {
        self.platform.list_projects(limit).await
    }

    /// The environment with this id.
    ///
    /// # Errors
    ///
    /// [`PlatformError::NotFound`] if there is none, or any other [`PlatformError`].
    pub async fn get_environment(&self, environment_id: i32) -> Result<Environment, PlatformError> {
        self.platform.get_environment(environment_id).await
    }

    /// The environments of a project.
    ///
    /// # Errors
    ///
    /// Any [`PlatformError`].
    pub async fn list_environments(&self, project_id: i32) -> Result<Vec<Environment>, PlatformError> {
        self.platform.list_environments(project_id).await
    }

    /// The deployment with this id.
    ///
    /// # Errors
    ///
    /// [`PlatformError::NotFound`] if there is none, or any other [`PlatformError`].
    pub async fn get_deployment(&self, deployment_id: i32) -> Result<Deployment, PlatformError> {
        self.platform.get_deployment(deployment_id).await
    }

    /// The newest deployment of a project, or of one of its environments; `None` if it was never deployed.
    ///
    /// # Errors
    ///
    /// Any [`PlatformError`].
    pub async fn get_last_deployment(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
    ) -> Result<Option<Deployment>, PlatformError> {
        self.platform.get_last_deployment(project_id, environment_id).await
    }

    /// The deployments of a project, or of one of its environments; all, or the first `limit` of them.
    ///
    /// # Errors
    ///
    /// Any [`PlatformError`].
    pub async fn list_deployments(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
        limit: Option<u32>,
    ) -> Result<Vec<Deployment>, PlatformError> {
        self.platform.list_deployments(project_id, environment_id, limit).await
    }
}

impl fmt::Debug for TempsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TempsClient").finish_non_exhaustive()
    }
}
