use super::{DeploymentEvent, DomainEvent, PluginEvent, ProjectEvent};

/// An event's type, with its data read. Made by [`PluginEvent::kind`].
///
/// It is tolerant: a type that is not known here is [`Other`](Self::Other), and a field that is missing or has another form is `None`. What
/// is not here is in [`PluginEvent::data`]. Types that hosts add get variants later: have an arm for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// `deployment.created`: it was asked for.
    DeploymentCreated(DeploymentEvent),
    /// `deployment.succeeded`: it is served.
    DeploymentSucceeded(DeploymentEvent),
    /// `deployment.failed`, for the reason in `error_message`.
    DeploymentFailed(DeploymentEvent),
    /// `deployment.cancelled`.
    DeploymentCancelled(DeploymentEvent),
    /// `deployment.ready`.
    DeploymentReady(DeploymentEvent),
    /// `project.created`.
    ProjectCreated(ProjectEvent),
    /// `project.deleted`: the platform does not know it any more.
    ProjectDeleted(ProjectEvent),
    /// `domain.created`.
    DomainCreated(DomainEvent),
    /// `domain.provisioned`.
    DomainProvisioned(DomainEvent),
    /// A type that this SDK does not know.
    Other,
}

impl EventKind {
    pub(super) fn of(event: &PluginEvent) -> Self {
        match event.event_type.as_str() {
            "deployment.created" => Self::DeploymentCreated(DeploymentEvent::of(event)),
            "deployment.succeeded" => Self::DeploymentSucceeded(DeploymentEvent::of(event)),
            "deployment.failed" => Self::DeploymentFailed(DeploymentEvent::of(event)),
            "deployment.cancelled" => Self::DeploymentCancelled(DeploymentEvent::of(event)),
            "deployment.ready" => Self::DeploymentReady(DeploymentEvent::of(event)),
            "project.created" => Self::ProjectCreated(ProjectEvent::of(event)),
            "project.deleted" => Self::ProjectDeleted(ProjectEvent::of(event)),
            "domain.created" => Self::DomainCreated(DomainEvent::of(event)),
            "domain.provisioned" => Self::DomainProvisioned(DomainEvent::of(event)),
            _ => Self::Other,
        }
    }

    /// The data, if the event is about a deployment.
    #[must_use]
    pub fn deployment(&self) -> Option<&DeploymentEvent> {
        match self {
            Self::DeploymentCreated(data)
            | Self::DeploymentSucceeded(data)
            | Self::DeploymentFailed(data)
            | Self::DeploymentCancelled(data)
            | Self::DeploymentReady(data) => Some(data),
            Self::ProjectCreated(_)
            | Self::ProjectDeleted(_)
            | Self::DomainCreated(_)
            | Self::DomainProvisioned(_)
            | Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::fixture;

    #[test]
    fn each_type_has_its_variant() {
        use EventKind::*;
        type Of<D> = (PluginEvent, fn(D) -> EventKind);
        let deployments: [Of<DeploymentEvent>; 5] = [
            (fixture::deployment_created(1, 7, 3), DeploymentCreated),
            (fixture::deployment_succeeded(1, 7, 3), DeploymentSucceeded),
            (fixture::deployment_failed(1, 7, 3), DeploymentFailed),
            (fixture::deployment_cancelled(1, 7, 3), DeploymentCancelled),
            (fixture::deployment_ready(1, 7, 3), DeploymentReady),
        ];
        for (event, variant) in deployments {
            let kind = event.kind();
            let data = kind.deployment().expect("a deployment's data").clone();
            assert_eq!((data.deployment_id, data.project_id, data.environment_id), (Some(1), Some(7), Some(3)));
            assert_eq!(kind, variant(data), "{}", event.event_type);
        }
        let projects: [Of<ProjectEvent>; 2] =
            [(fixture::project_created(7, "shop"), ProjectCreated), (fixture::project_deleted(7, "shop"), ProjectDeleted)];
        for (event, variant) in projects {
            let data = ProjectEvent { project_id: Some(7), project_name: Some("shop".to_owned()) };
            assert_eq!((event.kind(), event.kind().deployment()), (variant(data), None));
        }
        let domains: [Of<DomainEvent>; 2] = [
            (fixture::domain_created(5, 7, "shop.example.com"), DomainCreated),
            (fixture::domain_provisioned(5, 7, "shop.example.com"), DomainProvisioned),
        ];
        for (event, variant) in domains {
            let data = DomainEvent { domain_id: Some(5), project_id: Some(7), domain_name: Some("shop.example.com".to_owned()) };
            assert_eq!((event.kind(), event.kind().deployment()), (variant(data), None));
        }
    }

    #[test]
    fn every_type_that_a_host_is_known_to_send_has_a_variant() {
        for event_type in temps_plugin_protocol::EVENT_TYPES {
            assert_ne!(fixture::event(event_type, Value::Null).kind(), EventKind::Other, "{event_type}");
        }
    }

    #[test]
    fn any_other_type_is_other() {
        for event_type in
            ["", "deployment", "deployment.", "deployment.rolled_back", "Deployment.succeeded", "deployment.succeeded "]
        {
            assert_eq!(fixture::event(event_type, json!({ "deployment_id": 1 })).kind(), EventKind::Other, "{event_type:?}");
        }
    }

    /// Each type that is known, and another one.
    fn types() -> Vec<&'static str> {
        [&temps_plugin_protocol::EVENT_TYPES[..], &["of.another"]].concat()
    }

    const FIELDS: [&str; 8] = [
        "deployment_id",
        "project_id",
        "environment_id",
        "environment_name",
        "error",
        "error_message",
        "domain_id",
        "domain_name",
    ];

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 16, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(&FIELDS[..]), inner), 0..8)
                    .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_data_is_taken(event_type in prop::sample::select(types()), data in values(), project_id: Option<i32>) {
            let mut event = fixture::event(event_type, data);
            event.project_id = project_id;
            let kind = event.kind();
            prop_assert_eq!(kind == EventKind::Other, event_type == "of.another");
            if let Some(deployment) = kind.deployment() {
                prop_assert!(deployment.project_id.is_some() || project_id.is_none());
            }
        }
    }
}
