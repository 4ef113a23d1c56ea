use serde::{Deserialize, Serialize};

use super::ApiCall;
use crate::ProtocolVersion;

/// A question to the platform.
///
/// What comes back, as JSON: a [`Project`](crate::Project), [`Environment`](crate::Environment) or
/// [`Deployment`](crate::Deployment), a list of them, or an [`ApiResponse`](crate::ApiResponse).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
pub enum PlatformCall {
    /// The project with this id.
    GetProject {
        /// The project.
        project_id: i32,
    },
    /// All projects.
    ListProjects {
        /// At most so many. Not every host heeds it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    },
    /// The environment with this id.
    GetEnvironment {
        /// The environment.
        environment_id: i32,
    },
    /// The environments of a project.
    ListEnvironments {
        /// The project.
        project_id: i32,
    },
    /// The deployment with this id.
    GetDeployment {
        /// The deployment.
        deployment_id: i32,
    },
    /// The newest deployment of a project.
    GetLastDeployment {
        /// The project.
        project_id: i32,
        /// Only into this environment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment_id: Option<i32>,
    },
    /// The deployments of a project.
    ListDeployments {
        /// The project.
        project_id: i32,
        /// Only into this environment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment_id: Option<i32>,
        /// At most so many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    },
    /// A call of the platform's HTTP API, v2 only.
    ApiCall(ApiCall),
}

const API_CALL: &str = "api_call";

impl PlatformCall {
    /// The method's name on the wire, such as `get_project`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::GetProject { .. } => "get_project",
            Self::ListProjects { .. } => "list_projects",
            Self::GetEnvironment { .. } => "get_environment",
            Self::ListEnvironments { .. } => "list_environments",
            Self::GetDeployment { .. } => "get_deployment",
            Self::GetLastDeployment { .. } => "get_last_deployment",
            Self::ListDeployments { .. } => "list_deployments",
            Self::ApiCall(_) => API_CALL,
        }
    }
}

/// Whether a host of this version answers the method.
pub(super) fn is_known(version: ProtocolVersion, method: &str) -> bool {
    match method {
        "get_project"
        | "list_projects"
        | "get_environment"
        | "list_environments"
        | "get_deployment"
        | "get_last_deployment"
        | "list_deployments" => true,
        API_CALL => version == ProtocolVersion::V2,
        _ => false,
    }
}
