use chrono::{DateTime, Utc};
use temps_plugin_sdk::prelude::*;

use super::{FoundPage, Order, SiteRow, Store, StoreError, pages, submissions};
use crate::indexnow::{MOST_TRIES, pause};
use crate::types::{Reason, Scan, Settings, Source, WorkStatus};

/// Finished scans of a site that are kept.
const KEPT: u64 = 50;

/// A scan, as it lies in the database.
pub(super) mod scan {
    use sea_orm::entity::prelude::*;

    use crate::types::WorkStatus;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "scan")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site_id: i64,
        pub deployment_id: Option<i32>,
        pub event_id: Option<String>,
        pub status: WorkStatus,
        pub attempts: i32,
        pub found: i32,
        pub submitted: i32,
        pub message: Option<String>,
        pub next_try_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub finished_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A scan that is due, with its site.
#[derive(Debug, Clone)]
pub(crate) struct DueScan {
    scan: scan::Model,
    pub(crate) site: SiteRow,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) pages: Vec<FoundPage>,
    /// Whether these are all: then what else was known of the site is gone.
    pub(crate) complete: bool,
    /// Where they were found.
    pub(crate) message: String,
}

impl Store {
    /// Asks for a scan by hand. One that waits already is that scan.
    pub(crate) async fn request_scan(&self, site: i64) -> Result<Scan, StoreError> {
        self.site(site).await?;
        let waiting = scan::Entity::find()
            .filter(scan::Column::SiteId.eq(site))
            .filter(scan::Column::Status.eq(WorkStatus::Waiting))
            .filter(scan::Column::DeploymentId.is_null());
        if let Some(waiting) = waiting.one(&self.db).await? {
            let mut again = waiting.into_active_model();
            again.next_try_at = Set(Some(Utc::now()));
            return Ok(again.update(&self.db).await?.into());
        }
        Ok(new(site, None, None).insert(&self.db).await?.into())
    }

    /// Asks for a scan after a deployment. Whether it is new: an event comes more than once, and a deployment has more than one.
    pub(crate) async fn request_deployment_scan(&self, site: i64, deployment: i32, event: &str) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO scan (site_id, deployment_id, event_id, status, attempts, found, submitted, next_try_at, created_at)
                   VALUES (?1, ?2, ?3, 'waiting', 0, 0, 0, ?4, ?4) ON CONFLICT DO NOTHING";
        let inserted = self.db.sql(sql).bind(site).bind(deployment).bind(event.to_owned()).bind(Utc::now()).execute().await?;
        Ok(inserted.rows_affected == 1)
    }

    /// The scan that is due first.
    pub(crate) async fn due_scan(&self, now: DateTime<Utc>) -> Result<Option<DueScan>, StoreError> {
        let due = scan::Entity::find()
            .filter(scan::Column::Status.eq(WorkStatus::Waiting))
            .filter(scan::Column::NextTryAt.lte(now))
            .order_by_asc(scan::Column::NextTryAt)
            .one(&self.db)
            .await?;
        match due {
            Some(scan) => Ok(Some(DueScan { site: self.site(scan.site_id).await?, scan })),
            None => Ok(None),
        }
    }

    /// When the next one is due.
    pub(crate) async fn next_scan_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let next =
            scan::Entity::find().filter(scan::Column::Status.eq(WorkStatus::Waiting)).order_by_asc(scan::Column::NextTryAt);
        Ok(next.one(&self.db).await?.and_then(|scan| scan.next_try_at))
    }

    /// Keeps what a scan found and, if a deployment asked for it and the settings say so, orders the submission of what is new or changed: all of it, or
    /// nothing. The number of pages to submit.
    pub(crate) async fn finish_scan(&self, due: &DueScan, finished: &Finished, settings: &Settings) -> Result<usize, StoreError> {
        let DueScan { scan, site } = due;
        let transaction = self.db.begin().await?;
        // A site may be deleted, and with it the scan, while it is scanned.
        if scan::Entity::find_by_id(scan.id).one(&transaction).await?.is_none() {
            return Ok(0);
        }
        pages::record(&transaction, site.id, scan.id, &finished.pages).await?;
        if finished.complete {
            pages::forget_others(&transaction, site.id, scan.id).await?;
        }
        let mut urls = Vec::new();
        if scan.deployment_id.is_some() && settings.auto_submit {
            let suggested = super::suggestions::of_site(&transaction, site.id, settings, Utc::now()).await?;
            urls = suggested.into_iter().filter(|page| page.reason != Reason::Stale).map(|page| page.url).collect();
        }
        if !urls.is_empty() {
            let order = Order { site, source: Source::Deployment, deployment_id: scan.deployment_id, urls: &urls };
            submissions::order(&transaction, &order, settings).await?;
        }
        let mut done = scan.clone().into_active_model();
        done.status = Set(WorkStatus::Done);
        done.found = Set(i32::try_from(finished.pages.len()).unwrap_or(i32::MAX));
        done.submitted = Set(i32::try_from(urls.len()).unwrap_or(i32::MAX));
        done.message = Set(Some(finished.message.clone()));
        done.next_try_at = Set(None);
        done.finished_at = Set(Some(Utc::now()));
        done.update(&transaction).await?;
        let old = "DELETE FROM scan WHERE site_id = ?1 AND status <> 'waiting' AND id NOT IN
                   (SELECT id FROM scan WHERE site_id = ?1 AND status <> 'waiting' ORDER BY id DESC LIMIT ?2)";
        transaction.sql(old).bind(site.id).bind(KEPT).execute().await?;
        transaction.commit().await?;
        Ok(urls.len())
    }

    /// Puts a scan off, or gives it up after the last try.
    pub(crate) async fn fail_scan(&self, due: &DueScan, message: String, again: bool) -> Result<(), StoreError> {
        let attempts = due.scan.attempts.saturating_add(1);
        let mut scan = due.scan.clone().into_active_model();
        scan.attempts = Set(attempts);
        scan.message = Set(Some(message));
        if again && attempts < MOST_TRIES {
            scan.next_try_at = Set(Some(Utc::now() + pause(attempts, None)));
        } else {
            scan.status = Set(WorkStatus::Failed);
            scan.next_try_at = Set(None);
            scan.finished_at = Set(Some(Utc::now()));
        }
        match scan.update(&self.db).await {
            // Deleted with its site.
            Ok(_) | Err(DbErr::RecordNotUpdated) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn new(site: i64, deployment_id: Option<i32>, event_id: Option<String>) -> scan::ActiveModel {
    let now = Utc::now();
    scan::ActiveModel {
        id: NotSet,
        site_id: Set(site),
        deployment_id: Set(deployment_id),
        event_id: Set(event_id),
        status: Set(WorkStatus::Waiting),
        attempts: Set(0),
        found: Set(0),
        submitted: Set(0),
        message: Set(None),
        next_try_at: Set(Some(now)),
        created_at: Set(now),
        finished_at: Set(None),
    }
}

impl From<scan::Model> for Scan {
    fn from(model: scan::Model) -> Self {
        let scan::Model { id, status, deployment_id, found, submitted, message, created_at, finished_at, .. } = model;
        Self { id, status, deployment_id, found, submitted, message, created_at, finished_at }
    }
}
