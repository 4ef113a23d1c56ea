use futures::future::{BoxFuture, ready};
use serde_json::Value;
use temps_plugin_protocol::{ApiMethod, Deployment, Environment, Project};

use super::MadeApiCall;
use super::api::FixtureApi;
use crate::api::{ApiError, ApiRequest, ApiResponse};
use crate::identity::Actor;
use crate::platform::{Platform, PlatformError};

/// A platform that answers from what it was given, each list in the order in which its parts were added.
///
/// What it was not given is [`PlatformError::NotFound`], or an empty list.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct FixturePlatform {
    projects: Vec<Project>,
    environments: Vec<Environment>,
    deployments: Vec<Deployment>,
    api: FixtureApi,
    failure: Option<PlatformError>,
}

impl FixturePlatform {
    /// A platform with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a project.
    pub fn project(mut self, project: Project) -> Self {
        self.projects.push(project);
        self
    }

    /// Adds an environment. Whether its project is there is not looked at.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environments.push(environment);
        self
    }

    /// Adds a deployment. One that is added later counts as newer.
    pub fn deployment(mut self, deployment: Deployment) -> Self {
        self.deployments.push(deployment);
        self
    }

    /// Answers API calls of this method and path, whatever their query and body, with this status and JSON. One that is added later
    /// replaces one before for the same. What is not answered here is a 404.
    ///
    /// ```
    /// use serde_json::json;
    /// use temps_plugin_sdk::api::ApiMethod;
    /// use temps_plugin_sdk::prelude::*;
    /// use temps_plugin_sdk::testing::{FixturePlatform, TestCaller, TestPlugin};
    /// # use axum::{Router, extract::State, routing::get};
    /// # #[derive(Default)]
    /// # struct Namer;
    /// # impl ExternalPlugin for Namer {
    /// #     fn manifest(&self) -> PluginManifest {
    /// #         PluginManifest::builder("namer", "0.1.0").capability(Capability::ApiRead).build()
    /// #     }
    /// #     async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
    /// #         let handler = async |State(ctx): State<PluginContext>, caller: AuthenticatedCaller| {
    /// #             ctx.api_for(&caller).get("/projects/7").send().await.map(|answer| answer.text().to_owned()).unwrap_or_default()
    /// #         };
    /// #         Ok(Router::new().route("/name", get(handler)).with_state(ctx))
    /// #     }
    /// # }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let platform = FixturePlatform::new().api(ApiMethod::Get, "/projects/7", 200, json!({ "name": "shop" }));
    /// let plugin = TestPlugin::builder().platform(platform.clone()).start::<Namer>().await?;
    ///
    /// let response = plugin.as_caller(TestCaller::new(3)).get("/name").await?;
    /// assert_eq!(response.text().await?, r#"{"name":"shop"}"#);
    /// assert_eq!(platform.api_calls()[0].user_id, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn api(mut self, method: ApiMethod, path: impl Into<String>, status: u16, body: Value) -> Self {
        self.api.add(method, path.into(), status, &body);
        self
    }

    /// The API calls made so far, in order. Clones of the platform share them, so that one can be kept when another is given to a plugin.
    #[must_use]
    pub fn api_calls(&self) -> Vec<MadeApiCall> {
        self.api.made()
    }

    /// Makes every query and API call fail with this error.
    pub fn failing(mut self, error: PlatformError) -> Self {
        self.failure = Some(error);
        self
    }

    fn answer<T: Send + 'static>(
        &self,
        answer: impl FnOnce() -> Result<T, PlatformError>,
    ) -> BoxFuture<'_, Result<T, PlatformError>> {
        Box::pin(ready(match &self.failure {
            Some(error) => Err(error.clone()),
            None => answer(),
        }))
    }

    fn deployments_of(&self, project_id: i32, environment_id: Option<i32>) -> impl DoubleEndedIterator<Item = &Deployment> {
        self.deployments.iter().filter(move |deployment| {
            deployment.project_id == project_id && environment_id.is_none_or(|id| deployment.environment_id == id)
        })
    }
}

fn found<T: Clone>(thing: Option<&T>, what: &str, id: i32) -> Result<T, PlatformError> {
    thing.cloned().ok_or_else(|| PlatformError::NotFound(format!("{what} {id}")))
}

/// A limit as a number of elements.
fn up_to(limit: Option<u32>) -> usize {
    limit.map_or(usize::MAX, |limit| limit as usize)
}

impl Platform for FixturePlatform {
    fn get_project(&self, project_id: i32) -> BoxFuture<'_, Result<Project, PlatformError>> {
        self.answer(|| found(self.projects.iter().find(|project| project.id == project_id), "project", project_id))
    }

    fn list_projects(&self, limit: Option<u32>) -> BoxFuture<'_, Result<Vec<Project>, PlatformError>> {
        self.answer(|| Ok(self.projects.iter().take(up_to(limit)).cloned().collect()))
    }

    fn get_environment(&self, environment_id: i32) -> BoxFuture<'_, Result<Environment, PlatformError>> {
        self.answer(|| {
            let environment = self.environments.iter().find(|environment| environment.id == environment_id);
            found(environment, "environment", environment_id)
        })
    }

    fn list_environments(&self, project_id: i32) -> BoxFuture<'_, Result<Vec<Environment>, PlatformError>> {
        self.answer(|| {
            let of_project = self.environments.iter().filter(|environment| environment.project_id == project_id);
            Ok(of_project.cloned().collect())
        })
    }

    fn get_deployment(&self, deployment_id: i32) -> BoxFuture<'_, Result<Deployment, PlatformError>> {
        self.answer(|| {
            let deployment = self.deployments.iter().find(|deployment| deployment.id == deployment_id);
            found(deployment, "deployment", deployment_id)
        })
    }

    fn get_last_deployment(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
    ) -> BoxFuture<'_, Result<Option<Deployment>, PlatformError>> {
        self.answer(|| Ok(self.deployments_of(project_id, environment_id).next_back().cloned()))
    }

    fn list_deployments(
        &self,
        project_id: i32,
        environment_id: Option<i32>,
        limit: Option<u32>,
    ) -> BoxFuture<'_, Result<Vec<Deployment>, PlatformError>> {
        self.answer(|| Ok(self.deployments_of(project_id, environment_id).take(up_to(limit)).cloned().collect()))
    }

    fn api_call<'a>(&'a self, actor: &'a Actor, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ApiError>> {
        Box::pin(ready(match &self.failure {
            Some(error) => Err(error.clone().into()),
            None => self.api.call(actor, request),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TempsClient;
    use crate::testing::fixture::{deployment, environment, project};

    fn platform() -> FixturePlatform {
        FixturePlatform::new()
            .project(project(1, "shop"))
            .project(project(2, "blog"))
            .environment(environment(10, 1, "production"))
            .environment(environment(11, 1, "preview"))
            .deployment(deployment(100, 1, 10, "succeeded"))
            .deployment(deployment(101, 1, 11, "failed"))
            .deployment(deployment(102, 1, 10, "running"))
    }

    #[tokio::test]
    async fn every_query_is_answered() {
        let temps = TempsClient::new(platform());
        assert_eq!(temps.get_project(2).await.unwrap().name, "blog");
        assert_eq!(temps.get_project(3).await, Err(PlatformError::NotFound("project 3".to_owned())));
        assert_eq!(temps.list_projects(None).await.unwrap().len(), 2);
        assert_eq!(temps.list_projects(Some(1)).await.unwrap(), [project(1, "shop")]);
        assert_eq!(temps.get_environment(11).await.unwrap().name, "preview");
        assert_eq!(temps.get_environment(1).await, Err(PlatformError::NotFound("environment 1".to_owned())));
        assert_eq!(temps.list_environments(1).await.unwrap().len(), 2);
        assert_eq!(temps.list_environments(2).await.unwrap(), []);
        assert_eq!(temps.get_deployment(101).await.unwrap().state, "failed");
        assert_eq!(temps.get_deployment(1).await, Err(PlatformError::NotFound("deployment 1".to_owned())));
        assert_eq!(temps.get_last_deployment(1, None).await.unwrap().unwrap().id, 102);
        assert_eq!(temps.get_last_deployment(1, Some(11)).await.unwrap().unwrap().id, 101);
        assert_eq!(temps.get_last_deployment(2, None).await.unwrap(), None);
        let ids = |list: Vec<Deployment>| list.into_iter().map(|deployment| deployment.id).collect::<Vec<_>>();
        assert_eq!(ids(temps.list_deployments(1, None, None).await.unwrap()), [100, 101, 102]);
        assert_eq!(ids(temps.list_deployments(1, Some(10), Some(1)).await.unwrap()), [100]);
    }

    #[tokio::test]
    async fn a_failing_platform_answers_nothing() {
        let temps = TempsClient::new(platform().failing(PlatformError::TimedOut));
        assert_eq!(temps.get_project(1).await, Err(PlatformError::TimedOut));
        assert_eq!(temps.list_projects(None).await, Err(PlatformError::TimedOut));
    }
}
