//! What the platform's queries answer with.
//!
//! Times are RFC 3339 text, kept as it came: this crate neither parses nor checks them.

use serde::{Deserialize, Serialize};

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Identifies the project.
    pub id: i32,
    /// The name as people write it.
    pub name: String,
    /// The name as URLs write it.
    pub slug: String,
    /// The repository's name; empty for a project without one.
    pub repo_name: String,
    /// The repository's owner; empty for a project without one.
    pub repo_owner: String,
    /// The branch that production is deployed from.
    pub main_branch: String,
    /// How the project is built, such as `nextjs`.
    pub preset: String,
    /// Where its source comes from, such as `git`.
    pub source_type: String,
    /// When the project was created.
    pub created_at: String,
    /// When the project was last changed.
    pub updated_at: String,
    /// When it was last deployed, if ever.
    pub last_deployment: Option<String>,
    /// Whether branches get environments of their own.
    pub enable_preview_environments: bool,
}

/// An environment of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Identifies the environment.
    pub id: i32,
    /// The project that it belongs to.
    pub project_id: i32,
    /// The name as people write it.
    pub name: String,
    /// The name as URLs write it.
    pub slug: String,
    /// The branch that is deployed here, if it is bound to one.
    pub branch: Option<String>,
    /// Whether it is a preview of a branch.
    pub is_preview: bool,
    /// The deployment that serves it, if any.
    pub current_deployment_id: Option<i32>,
    /// When the environment was created.
    pub created_at: String,
    /// When the environment was last changed.
    pub updated_at: String,
}

/// A deployment into an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Identifies the deployment.
    pub id: i32,
    /// The project that is deployed.
    pub project_id: i32,
    /// The environment that it is deployed into.
    pub environment_id: i32,
    /// How far it is, such as `running` or `failed`: the platform's own word, which newer hosts may
    /// add to.
    pub state: String,
    /// The branch that it was built from.
    pub branch: Option<String>,
    /// The tag that it was built from.
    pub tag: Option<String>,
    /// The commit that it was built from.
    pub commit_sha: Option<String>,
    /// That commit's message.
    pub commit_message: Option<String>,
    /// That commit's author.
    pub commit_author: Option<String>,
    /// When the deployment was asked for.
    pub created_at: String,
    /// When its build began.
    pub started_at: Option<String>,
    /// When it ended, in success or not.
    pub finished_at: Option<String>,
}
