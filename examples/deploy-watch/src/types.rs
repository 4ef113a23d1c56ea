//! What goes over the wire, in JavaScript's names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A project or an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Place {
    pub(crate) id: i32,
    /// As the platform named it at the time of the last event.
    pub(crate) name: Option<String>,
}

/// A deployment, as its events tell of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deployment {
    pub(crate) id: i32,
    pub(crate) project: Option<Place>,
    pub(crate) environment: Option<Place>,
    /// What its newest event says: `created`, `ready`, `succeeded`, `failed`, `cancelled`, or another.
    #[schema(example = "succeeded")]
    pub(crate) status: String,
    pub(crate) branch: Option<String>,
    pub(crate) commit_sha: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) error_message: Option<String>,
    /// When its newest event happened.
    pub(crate) updated_at: DateTime<Utc>,
}

/// An event that was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: String,
    #[schema(example = "deployment.succeeded")]
    pub(crate) event_type: String,
    pub(crate) occurred_at: DateTime<Utc>,
}

/// A deployment with its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct History {
    #[serde(flatten)]
    pub(crate) deployment: Deployment,
    /// The oldest first.
    pub(crate) events: Vec<Event>,
}

/// Which deployments are listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those of the project with this id.
    pub(crate) project: Option<i32>,
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(default = 50, minimum = 1, maximum = 200)]
    pub(crate) limit: u64,
}

fn default_limit() -> u64 {
    50
}

/// A redeployment that the platform has taken on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Redeploying {
    /// What is deployed again.
    pub(crate) deployment_id: i32,
    pub(crate) branch: Option<String>,
    pub(crate) commit_sha: Option<String>,
    /// What the platform answered.
    #[schema(value_type = Object)]
    pub(crate) platform: serde_json::Value,
}

/// Why a request failed, as RFC 9457 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
}
