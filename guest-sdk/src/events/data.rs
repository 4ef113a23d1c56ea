use super::{PluginEvent, field};

/// The data of `deployment.*`. A field that the host did not send, or sent in another form, is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DeploymentEvent {
    /// The deployment, for [`get_deployment`](crate::TempsClient::get_deployment).
    pub deployment_id: Option<i32>,
    /// The project: the data's, or else the event's own.
    pub project_id: Option<i32>,
    /// The environment that it is deployed into.
    pub environment_id: Option<i32>,
    /// The environment's name.
    pub environment_name: Option<String>,
    /// The commit that is deployed.
    pub commit_sha: Option<String>,
    /// The branch that it is on.
    pub branch: Option<String>,
    /// Where the deployment is served, once it is.
    pub url: Option<String>,
    /// Why it failed: `error_message`, or `error` as some hosts call it.
    pub error_message: Option<String>,
}

impl DeploymentEvent {
    pub(super) fn of(event: &PluginEvent) -> Self {
        let data = &event.data;
        Self {
            deployment_id: field::id(data, "deployment_id"),
            project_id: project_id(event),
            environment_id: field::id(data, "environment_id"),
            environment_name: field::text(data, "environment_name"),
            commit_sha: field::text(data, "commit_sha"),
            branch: field::text(data, "branch"),
            url: field::text(data, "url"),
            error_message: field::text(data, "error_message").or_else(|| field::text(data, "error")),
        }
    }
}

/// The data of `project.*`. A field that the host did not send, or sent in another form, is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ProjectEvent {
    /// The project: the data's, or else the event's own. After `project.deleted` it is gone.
    pub project_id: Option<i32>,
    /// The project's name.
    pub project_name: Option<String>,
}

impl ProjectEvent {
    pub(super) fn of(event: &PluginEvent) -> Self {
        Self { project_id: project_id(event), project_name: field::text(&event.data, "project_name") }
    }
}

/// The data of `domain.*`. A field that the host did not send, or sent in another form, is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DomainEvent {
    /// The domain.
    pub domain_id: Option<i32>,
    /// The project that it belongs to: the data's, or else the event's own.
    pub project_id: Option<i32>,
    /// The domain's name, such as `shop.example.com`.
    pub domain_name: Option<String>,
}

impl DomainEvent {
    pub(super) fn of(event: &PluginEvent) -> Self {
        Self {
            domain_id: field::id(&event.data, "domain_id"),
            project_id: project_id(event),
            domain_name: field::text(&event.data, "domain_name"),
        }
    }
}

fn project_id(event: &PluginEvent) -> Option<i32> {
    field::id(&event.data, "project_id").or(event.project_id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::fixture;

    fn event(data: Value) -> PluginEvent {
        let mut event = fixture::event("deployment.failed", data);
        event.project_id = Some(7);
        event
    }

    #[test]
    fn everything_that_is_sent_is_read() {
        let read = DeploymentEvent::of(&event(json!({
            "deployment_id": 1, "project_id": 2, "environment_id": 3, "environment_name": "production", "commit_sha": "abc",
            "branch": "main", "url": "https://x", "error_message": "out of disk", "newer": {},
        })));
        let all = DeploymentEvent {
            deployment_id: Some(1),
            project_id: Some(2),
            environment_id: Some(3),
            environment_name: Some("production".to_owned()),
            commit_sha: Some("abc".to_owned()),
            branch: Some("main".to_owned()),
            url: Some("https://x".to_owned()),
            error_message: Some("out of disk".to_owned()),
        };
        assert_eq!(read, all);
        let read = DomainEvent::of(&event(json!({ "domain_id": 5, "domain_name": "x.example.com" })));
        assert_eq!((read.domain_id, read.domain_name.as_deref()), (Some(5), Some("x.example.com")));
        assert_eq!(ProjectEvent::of(&event(json!({ "project_name": "shop" }))).project_name.as_deref(), Some("shop"));
    }

    #[test]
    fn nothing_that_is_missing_or_odd_is_an_error() {
        let odd =
            json!({ "deployment_id": "1", "environment_id": null, "environment_name": 3, "project_id": 1_u64 << 40, "url": [] });
        for data in [Value::Null, json!([]), json!("text"), json!({}), odd] {
            let only_project = DeploymentEvent { project_id: Some(7), ..DeploymentEvent::default() };
            assert_eq!(DeploymentEvent::of(&event(data.clone())), only_project, "{data}");
            assert_eq!(DomainEvent::of(&event(data.clone())), DomainEvent { project_id: Some(7), ..DomainEvent::default() });
            assert_eq!(ProjectEvent::of(&event(data)), ProjectEvent { project_id: Some(7), project_name: None });
        }
    }

    #[test]
    fn the_reason_of_a_failure_has_two_names() {
        let reason = |data| DeploymentEvent::of(&event(data)).error_message;
        assert_eq!(reason(json!({ "error": "old" })).as_deref(), Some("old"));
        assert_eq!(reason(json!({ "error": "old", "error_message": null })).as_deref(), Some("old"));
        assert_eq!(reason(json!({ "error": "old", "error_message": "new" })).as_deref(), Some("new"));
        assert_eq!(reason(json!({ "error": { "code": 1 } })), None);
    }
}
