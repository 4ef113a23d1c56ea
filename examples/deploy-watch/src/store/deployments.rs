use chrono::{DateTime, Utc};
use temps_plugin_sdk::prelude::*;

use super::{DeploymentStore, StoreError, deployment, event};
use crate::types::{Deployment, Event, History, Place, Which};

/// The most deployments in one answer: what a page shows without effort.
const MOST_LISTED: u64 = 200;

/// What an event tells of a deployment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) deployment_id: i32,
    pub(crate) status: String,
    pub(crate) project: Option<Place>,
    pub(crate) environment: Option<Place>,
    pub(crate) branch: Option<String>,
    pub(crate) commit_sha: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) error_message: Option<String>,
}

impl DeploymentStore {
    /// Whether the event with this id is recorded.
    pub(crate) async fn knows(&self, event_id: &str) -> Result<bool, StoreError> {
        Ok(event::Entity::find_by_id(event_id).one(&self.db).await?.is_some())
    }

    /// Records an event and what it says of its deployment: both, or nothing. One that is recorded changes nothing.
    pub(crate) async fn record(&self, seen: Seen) -> Result<(), StoreError> {
        let transaction = self.db.begin().await?;
        if event::Entity::find_by_id(&seen.event_id).one(&transaction).await?.is_some() {
            return Ok(());
        }
        let known = deployment::Entity::find_by_id(seen.deployment_id).one(&transaction).await?;
        let event = event::ActiveModel {
            id: Set(seen.event_id.clone()),
            deployment_id: Set(seen.deployment_id),
            event_type: Set(seen.event_type.clone()),
            occurred_at: Set(seen.occurred_at),
        };
        match known {
            None => {
                deployment::Entity::insert(merged(None, seen)).exec_without_returning(&transaction).await?;
            }
            // An event that was held up by failures may be older than what is known.
            Some(known) if known.updated_at > seen.occurred_at => {}
            Some(known) => {
                deployment::Entity::update(merged(Some(known), seen)).exec(&transaction).await?;
            }
        }
        event::Entity::insert(event).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The deployments, the newest first.
    pub(crate) async fn deployments(&self, which: &Which) -> Result<Vec<Deployment>, StoreError> {
        let Which { project, limit } = *which;
        if !(1..=MOST_LISTED).contains(&limit) {
            return Err(StoreError::Limit { given: limit, most: MOST_LISTED });
        }
        let mut found = deployment::Entity::find();
        if let Some(project) = project {
            found = found.filter(deployment::Column::ProjectId.eq(project));
        }
        let newest = found.order_by_desc(deployment::Column::UpdatedAt).order_by_desc(deployment::Column::Id).limit(limit);
        Ok(newest.all(&self.db).await?.into_iter().map(Into::into).collect())
    }

    pub(crate) async fn deployment(&self, id: i32) -> Result<Deployment, StoreError> {
        Ok(deployment::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoDeployment(id))?.into())
    }

    /// A deployment with its events.
    pub(crate) async fn history(&self, id: i32) -> Result<History, StoreError> {
        let deployment = self.deployment(id).await?;
        let events = event::Entity::find()
            .filter(event::Column::DeploymentId.eq(id))
            .order_by_asc(event::Column::OccurredAt)
            .order_by_asc(event::Column::Id)
            .all(&self.db)
            .await?;
        Ok(History { deployment, events: events.into_iter().map(Into::into).collect() })
    }
}

/// What is known after an event: of what it does not say, what was known before.
fn merged(known: Option<deployment::Model>, seen: Seen) -> deployment::ActiveModel {
    let Seen { event_id: _, event_type: _, occurred_at, deployment_id, status, project, environment, .. } = seen;
    let (project_id, project_name) = project.map_or((None, None), |Place { id, name }| (Some(id), name));
    let (environment_id, environment_name) = environment.map_or((None, None), |Place { id, name }| (Some(id), name));
    let known = known.as_ref();
    let or = |new: Option<String>, old: fn(&deployment::Model) -> &Option<String>| {
        Set(new.or_else(|| known.and_then(|known| old(known).clone())))
    };
    deployment::ActiveModel {
        id: Set(deployment_id),
        project_id: Set(project_id.or_else(|| known.and_then(|known| known.project_id))),
        project_name: or(project_name, |known| &known.project_name),
        environment_id: Set(environment_id.or_else(|| known.and_then(|known| known.environment_id))),
        environment_name: or(environment_name, |known| &known.environment_name),
        status: Set(status),
        branch: or(seen.branch, |known| &known.branch),
        commit_sha: or(seen.commit_sha, |known| &known.commit_sha),
        url: or(seen.url, |known| &known.url),
        error_message: or(seen.error_message, |known| &known.error_message),
        updated_at: Set(occurred_at),
    }
}

impl From<deployment::Model> for Deployment {
    fn from(model: deployment::Model) -> Self {
        let place = |id: Option<i32>, name| id.map(|id| Place { id, name });
        Self {
            id: model.id,
            project: place(model.project_id, model.project_name),
            environment: place(model.environment_id, model.environment_name),
            status: model.status,
            branch: model.branch,
            commit_sha: model.commit_sha,
            url: model.url,
            error_message: model.error_message,
            updated_at: model.updated_at,
        }
    }
}

impl From<event::Model> for Event {
    fn from(model: event::Model) -> Self {
        let event::Model { id, deployment_id: _, event_type, occurred_at } = model;
        Self { id, event_type, occurred_at }
    }
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    async fn store() -> DeploymentStore {
        DeploymentStore::open(&testing::context()).await.unwrap()
    }

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-01-01T00:{minute:02}:00Z").parse().unwrap()
    }

    fn seen(event_id: &str, deployment_id: i32, status: &str, minute: u32) -> Seen {
        Seen {
            event_id: event_id.to_owned(),
            event_type: format!("deployment.{status}"),
            occurred_at: at(minute),
            deployment_id,
            status: status.to_owned(),
            project: Some(Place { id: deployment_id % 2, name: Some("shop".to_owned()) }),
            environment: None,
            branch: None,
            commit_sha: None,
            url: None,
            error_message: None,
        }
    }

    fn which(project: Option<i32>, limit: u64) -> Which {
        Which { project, limit }
    }

    fn ids(deployments: &[Deployment]) -> Vec<i32> {
        deployments.iter().map(|deployment| deployment.id).collect()
    }

    #[tokio::test]
    async fn an_event_is_recorded_once() {
        let store = store().await;
        for _ in 0..2 {
            store.record(seen("a", 1, "created", 1)).await.unwrap();
        }
        let history = store.history(1).await.unwrap();
        assert_eq!(history.events.len(), 1);
        assert!(store.knows("a").await.unwrap() && !store.knows("b").await.unwrap());
        // Its id counts, and not what else it says.
        store.record(seen("a", 1, "failed", 2)).await.unwrap();
        assert_eq!(store.history(1).await.unwrap(), history);
    }

    #[tokio::test]
    async fn the_newest_event_counts_and_what_it_leaves_out_stays() {
        let store = store().await;
        let created = Seen { branch: Some("main".to_owned()), ..seen("a", 1, "created", 1) };
        store.record(created).await.unwrap();
        let place = Place { id: 3, name: Some("production".to_owned()) };
        let live = Some("https://x".to_owned());
        store
            .record(Seen { project: None, environment: Some(place.clone()), url: live.clone(), ..seen("c", 1, "succeeded", 3) })
            .await
            .unwrap();
        store.record(Seen { error_message: Some("late".to_owned()), ..seen("b", 1, "failed", 2) }).await.unwrap();
        let History { deployment, events } = store.history(1).await.unwrap();
        assert_eq!((deployment.status.as_str(), deployment.updated_at), ("succeeded", at(3)));
        assert_eq!((deployment.branch.as_deref(), deployment.url, deployment.error_message), (Some("main"), live, None));
        assert_eq!((deployment.project.unwrap().id, deployment.environment), (1, Some(place)));
        let order: Vec<_> = events.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(order, ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn the_newest_come_first_of_one_project_or_all() {
        let store = store().await;
        for (id, minute) in [(1, 5), (2, 1), (3, 9), (4, 5)] {
            store.record(seen(&id.to_string(), id, "created", minute)).await.unwrap();
        }
        assert_eq!(ids(&store.deployments(&which(None, 10)).await.unwrap()), [3, 4, 1, 2]);
        assert_eq!(ids(&store.deployments(&which(None, 2)).await.unwrap()), [3, 4]);
        assert_eq!(ids(&store.deployments(&which(Some(1), 10)).await.unwrap()), [3, 1]);
        assert_eq!(ids(&store.deployments(&which(Some(9), 10)).await.unwrap()), [0; 0]);
        assert!(matches!(store.deployment(9).await, Err(StoreError::NoDeployment(9))));
    }

    #[tokio::test]
    async fn a_list_has_a_largest_length() {
        let store = store().await;
        for limit in [1, MOST_LISTED] {
            store.deployments(&which(None, limit)).await.unwrap();
        }
        for limit in [0, MOST_LISTED + 1] {
            assert!(matches!(store.deployments(&which(None, limit)).await, Err(StoreError::Limit { .. })), "{limit}");
        }
    }
}
