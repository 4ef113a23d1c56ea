//! Values to test with. Each has something in every field that is not optional; change what matters to the test.

use std::sync::atomic::{AtomicU64, Ordering};

use temps_plugin_protocol::{Deployment, Environment, PluginEvent, Project};

/// The time that everything here was made at.
const WHEN: &str = "2026-01-01T00:00:00Z";

/// A project whose name and slug are `name`.
#[must_use]
pub fn project(id: i32, name: &str) -> Project {
    Project {
        id,
        name: name.to_owned(),
        slug: name.to_owned(),
        repo_name: name.to_owned(),
        repo_owner: "owner".to_owned(),
        main_branch: "main".to_owned(),
        preset: "nextjs".to_owned(),
        source_type: "git".to_owned(),
        created_at: WHEN.to_owned(),
        updated_at: WHEN.to_owned(),
        last_deployment: None,
        enable_preview_environments: false,
    }
}

/// An environment of the project with the id `project_id`, whose name and slug are `name`.
#[must_use]
pub fn environment(id: i32, project_id: i32, name: &str) -> Environment {
    Environment {
        id,
        project_id,
        name: name.to_owned(),
        slug: name.to_owned(),
        branch: None,
        is_preview: false,
        current_deployment_id: None,
        created_at: WHEN.to_owned(),
        updated_at: WHEN.to_owned(),
    }
}

/// A deployment into the environment with the id `environment_id`, in this state.
#[must_use]
pub fn deployment(id: i32, project_id: i32, environment_id: i32, state: &str) -> Deployment {
    Deployment {
        id,
        project_id,
        environment_id,
        state: state.to_owned(),
        branch: None,
        tag: None,
        commit_sha: None,
        commit_message: None,
        commit_author: None,
        created_at: WHEN.to_owned(),
        started_at: None,
        finished_at: None,
    }
}

/// An event of this type, with an id of its own and about no project. Clone it to deliver it twice.
#[must_use]
pub fn event(event_type: &str, data: serde_json::Value) -> PluginEvent {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let id = format!("00000000-0000-4000-8000-{:012}", COUNT.fetch_add(1, Ordering::Relaxed));
    PluginEvent { id, event_type: event_type.to_owned(), timestamp: WHEN.to_owned(), project_id: None, data }
}
