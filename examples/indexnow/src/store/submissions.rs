use chrono::{DateTime, Utc};
use temps_plugin_sdk::prelude::*;

use super::pages::json as json_list;
use super::{SiteRow, Store, StoreError};
use crate::indexnow::{MOST_TRIES, Outcome, pause};
use crate::types::{Attempt, Settings, Source, Submission, SubmissionDetail, SubmissionPage, WhichSubmissions, WorkStatus};

/// Submissions of a page of the history.
const PAGE: u64 = 25;

/// Finished submissions that are kept, with their URLs.
const KEPT: u64 = 2_000;

/// A submission, as it lies in the database.
pub(super) mod submission {
    use sea_orm::entity::prelude::*;

    use crate::types::{Source, WorkStatus};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "submission")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: Option<i64>,
        pub host: String,
        pub origin: String,
        pub key_location: Option<String>,
        pub source: Source,
        pub deployment_id: Option<i32>,
        pub part: i32,
        pub parts: i32,
        pub url_count: i32,
        pub status: WorkStatus,
        pub attempts: i32,
        pub response_code: Option<i32>,
        pub message: Option<String>,
        pub next_try_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub finished_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A try, as it lies in the database.
mod attempt {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attempt")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub submission_id: i64,
        pub endpoint: String,
        pub response_code: Option<i32>,
        pub message: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is to be submitted: URLs of the site, each once.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) site: &'a SiteRow,
    pub(crate) source: Source,
    pub(crate) deployment_id: Option<i32>,
    pub(crate) urls: &'a [String],
}

/// A submission that is due.
#[derive(Debug, Clone)]
pub(crate) struct DueSubmission {
    submission: submission::Model,
    pub(crate) urls: Vec<String>,
}

impl DueSubmission {
    pub(crate) fn id(&self) -> i64 {
        self.submission.id
    }

    pub(crate) fn host(&self) -> &str {
        &self.submission.host
    }

    pub(crate) fn origin(&self) -> &str {
        &self.submission.origin
    }

    pub(crate) fn key_location(&self) -> Option<&str> {
        self.submission.key_location.as_deref()
    }
}

/// Makes submissions of an order, as many as it takes, with what is known of the pages. Their ids.
pub(super) async fn order(
    transaction: &DatabaseTransaction,
    order: &Order<'_>,
    settings: &Settings,
) -> Result<Vec<i64>, StoreError> {
    let size = usize::try_from(settings.batch_size).unwrap_or(1).max(1);
    let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    let parts = count(order.urls.len().div_ceil(size));
    let mut ids = Vec::new();
    for (part, urls) in (1..).zip(order.urls.chunks(size)) {
        let now = Utc::now();
        let made = submission::ActiveModel {
            id: NotSet,
            site_id: Set(Some(order.site.id)),
            host: Set(order.site.host()),
            origin: Set(order.site.origin.clone()),
            key_location: Set(order.site.key_location.clone()),
            source: Set(order.source),
            deployment_id: Set(order.deployment_id),
            part: Set(part),
            parts: Set(parts),
            url_count: Set(count(urls.len())),
            status: Set(WorkStatus::Waiting),
            attempts: Set(0),
            response_code: Set(None),
            message: Set(None),
            next_try_at: Set(Some(now)),
            created_at: Set(now),
            finished_at: Set(None),
        };
        let id = made.insert(transaction).await?.id;
        let sql = "INSERT INTO submitted_url (submission_id, url, lastmod, digest)
                   SELECT ?1, value, lastmod, digest FROM json_each(?2) LEFT JOIN page ON page.site_id = ?3 AND page.url = value";
        transaction.sql(sql).bind(id).bind(json_list(urls)).bind(order.site.id).execute().await?;
        ids.push(id);
    }
    let old = "DELETE FROM submission WHERE status <> 'waiting' AND id NOT IN
               (SELECT id FROM submission WHERE status <> 'waiting' ORDER BY id DESC LIMIT ?)";
    transaction.sql(old).bind(KEPT).execute().await?;
    Ok(ids)
}

impl Store {
    /// Makes submissions of an order: all, or none. Their ids.
    pub(crate) async fn submit(&self, wanted: &Order<'_>, settings: &Settings) -> Result<Vec<i64>, StoreError> {
        let transaction = self.db.begin().await?;
        let ids = order(&transaction, wanted, settings).await?;
        transaction.commit().await?;
        Ok(ids)
    }

    pub(crate) async fn submissions(&self, which: &WhichSubmissions) -> Result<SubmissionPage, StoreError> {
        let mut found = submission::Entity::find();
        if let Some(status) = which.status {
            found = found.filter(submission::Column::Status.eq(status));
        }
        let paginator = found.order_by_desc(submission::Column::Id).paginate(&self.db, PAGE);
        let counted = paginator.num_items_and_pages().await?;
        let submissions = paginator.fetch_page(which.page).await?.into_iter().map(Into::into).collect();
        Ok(SubmissionPage { submissions, page: which.page, pages: counted.number_of_pages, total: counted.number_of_items })
    }

    async fn submission(&self, id: i64) -> Result<submission::Model, StoreError> {
        submission::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoSubmission(id))
    }

    async fn urls(&self, id: i64) -> Result<Vec<String>, StoreError> {
        Ok(self.db.sql("SELECT url FROM submitted_url WHERE submission_id = ? ORDER BY url").bind(id).fetch_all().await?)
    }

    pub(crate) async fn submission_detail(&self, id: i64) -> Result<SubmissionDetail, StoreError> {
        let submission = self.submission(id).await?.into();
        let tries = attempt::Entity::find().filter(attempt::Column::SubmissionId.eq(id)).order_by_asc(attempt::Column::Id);
        let tries = tries.all(&self.db).await?.into_iter().map(Into::into).collect();
        Ok(SubmissionDetail { submission, urls: self.urls(id).await?, tries })
    }

    /// Has a failed submission be sent again, with all its tries.
    pub(crate) async fn retry_submission(&self, id: i64) -> Result<Submission, StoreError> {
        let found = self.submission(id).await?;
        if found.status != WorkStatus::Failed {
            return Err(StoreError::NotFailed(id));
        }
        let mut again = found.into_active_model();
        again.status = Set(WorkStatus::Waiting);
        again.attempts = Set(0);
        again.next_try_at = Set(Some(Utc::now()));
        again.finished_at = Set(None);
        Ok(again.update(&self.db).await?.into())
    }

    /// The submission that is due first.
    pub(crate) async fn due_submission(&self, now: DateTime<Utc>) -> Result<Option<DueSubmission>, StoreError> {
        let due = submission::Entity::find()
            .filter(submission::Column::Status.eq(WorkStatus::Waiting))
            .filter(submission::Column::NextTryAt.lte(now))
            .order_by_asc(submission::Column::NextTryAt)
            .order_by_asc(submission::Column::Id)
            .one(&self.db)
            .await?;
        match due {
            Some(submission) => Ok(Some(DueSubmission { urls: self.urls(submission.id).await?, submission })),
            None => Ok(None),
        }
    }

    /// When the next one is due.
    pub(crate) async fn next_submission_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let waiting = submission::Entity::find().filter(submission::Column::Status.eq(WorkStatus::Waiting));
        let next = waiting.order_by_asc(submission::Column::NextTryAt).one(&self.db).await?;
        Ok(next.and_then(|submission| submission.next_try_at))
    }

    /// Records what came of a try, and what that means for the submission and, if it was taken, for its pages. The submission's status.
    pub(crate) async fn record_outcome(
        &self,
        due: &DueSubmission,
        endpoint: &str,
        outcome: &Outcome,
    ) -> Result<WorkStatus, StoreError> {
        let now = Utc::now();
        let attempts = due.submission.attempts.saturating_add(1);
        let (status, code, message, next_try_at) = match outcome {
            Outcome::Accepted { code, message } => (WorkStatus::Done, Some(*code), message, None),
            Outcome::Refused { code, message } => (WorkStatus::Failed, *code, message, None),
            Outcome::Later { code, message, .. } if attempts >= MOST_TRIES => (WorkStatus::Failed, *code, message, None),
            Outcome::Later { code, message, after } => (WorkStatus::Waiting, *code, message, Some(now + pause(attempts, *after))),
        };
        let code = code.map(i32::from);
        let transaction = self.db.begin().await?;
        let mut changed = due.submission.clone().into_active_model();
        changed.status = Set(status);
        changed.attempts = Set(attempts);
        changed.response_code = Set(code);
        changed.message = Set(Some(message.clone()));
        changed.next_try_at = Set(next_try_at);
        changed.finished_at = Set((status != WorkStatus::Waiting).then_some(now));
        // The site may be gone by now, and is not to come back.
        changed.site_id = NotSet;
        changed.update(&transaction).await?;
        let attempt = attempt::ActiveModel {
            id: NotSet,
            submission_id: Set(due.id()),
            endpoint: Set(endpoint.to_owned()),
            response_code: Set(code),
            message: Set(message.clone()),
            at: Set(now),
        };
        attempt::Entity::insert(attempt).exec_without_returning(&transaction).await?;
        if status == WorkStatus::Done {
            let sql = "INSERT INTO page (site_id, url, submitted_at, submitted_lastmod, submitted_digest)
                       SELECT submission.site_id, submitted_url.url, ?2, submitted_url.lastmod, submitted_url.digest
                       FROM submitted_url JOIN submission ON submission.id = submission_id
                       WHERE submission_id = ?1 AND submission.site_id IS NOT NULL
                       ON CONFLICT (site_id, url) DO UPDATE SET submitted_at = excluded.submitted_at,
                           submitted_lastmod = excluded.submitted_lastmod, submitted_digest = excluded.submitted_digest";
            transaction.sql(sql).bind(due.id()).bind(now).execute().await?;
        }
        transaction.commit().await?;
        Ok(status)
    }
}

impl From<submission::Model> for Submission {
    fn from(model: submission::Model) -> Self {
        Self {
            id: model.id,
            host: model.host,
            source: model.source,
            deployment_id: model.deployment_id,
            part: model.part,
            parts: model.parts,
            url_count: model.url_count,
            status: model.status,
            attempts: model.attempts,
            response_code: model.response_code,
            message: model.message,
            next_try_at: model.next_try_at,
            created_at: model.created_at,
            finished_at: model.finished_at,
        }
    }
}

impl From<attempt::Model> for Attempt {
    fn from(model: attempt::Model) -> Self {
        let attempt::Model { id: _, submission_id: _, endpoint, response_code, message, at } = model;
        Self { endpoint, response_code, message, at }
    }
}
