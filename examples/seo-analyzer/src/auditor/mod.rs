//! Works on reports, one after the other, beside the requests.
//!
//! ```text
//!  queued ──▶ running: seeds ──▶ crawl ──▶ checks across pages ──▶ done
//!               │  ▲ next start                │
//!               │  └── killed ◀────────────────┤
//!               └──▶ cancelled, failed ◀───────┘
//! ```
//!
//! What is finished is in the database at once. After a restart, however the plugin ended, the report that was running goes on with what is pending.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use seo_audit::crawl::{Batch, Crawl, Limits, Record, first};
use seo_audit::robots::Robots;
use seo_audit::{FetchError, seeds};
use temps_plugin_sdk::time;
use tokio::sync::Notify;
use url::Url;

use crate::store::{Job, SeoStore, StoreError};
use crate::types::Settings;
use crate::web::Web;

/// How long it waits when the database failed, until it looks for work again.
const WAIT_AFTER_FAILURE: std::time::Duration = std::time::Duration::from_secs(5);

/// Why a report came to nothing.
#[derive(Debug, thiserror::Error)]
enum AuditError {
    #[error("the site's URL is none: {0}")]
    Site(#[from] url::ParseError),
    #[error("the site cannot be reached: {0}")]
    Unreachable(#[from] FetchError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The one that works on reports.
#[derive(Debug)]
pub(crate) struct Auditor {
    store: SeoStore,
    web: Web,
    /// Told when there may be work.
    work: Notify,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    report: i64,
    cancelled: Arc<Notify>,
}

impl Auditor {
    pub(crate) fn new(store: SeoStore, web: Web) -> Self {
        Self { store, web, work: Notify::new(), running: Mutex::default() }
    }

    /// Says that a report was queued.
    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on what is queued, for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            match self.store.next_job().await {
                Ok(Some(job)) => {
                    if let Err(error) = self.work_on(&job).await {
                        tracing::error!(report = job.id, error = &error as &dyn std::error::Error, "a report could not be ended");
                        time::sleep(WAIT_AFTER_FAILURE).await;
                    }
                }
                Ok(None) => self.work.notified().await,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the queue cannot be read");
                    time::sleep(WAIT_AFTER_FAILURE).await;
                }
            }
        }
    }

    async fn work_on(&self, job: &Job) -> Result<(), StoreError> {
        let cancelled = Arc::new(Notify::new());
        *self.running() = Some(Running { report: job.id, cancelled: cancelled.clone() });
        let ended = {
            let audit = std::pin::pin!(self.audit(job));
            let cancelled = std::pin::pin!(cancelled.notified());
            match futures::future::select(audit, cancelled).await {
                futures::future::Either::Left((ended, _)) => ended.transpose(),
                futures::future::Either::Right(((), _)) => None,
            }
        };
        *self.running() = None;
        match ended {
            // Whoever cancelled it has said so in the database.
            None => tracing::info!(report = job.id, "a report was cancelled"),
            Some(Ok(score)) => tracing::info!(report = job.id, site = job.site, score, "a report is done"),
            // A database that is out of order for a moment is no reason to give up what was crawled.
            Some(Err(AuditError::Store(error))) if is_passing(&error) => return Err(error),
            Some(Err(error)) => {
                tracing::warn!(report = job.id, error = &error as &dyn std::error::Error, "a report failed");
                self.store.fail_job(job.id, &error.to_string()).await?;
            }
        }
        Ok(())
    }

    /// The score; none if it was cancelled before it began.
    async fn audit(&self, job: &Job) -> Result<Option<u8>, AuditError> {
        let start = Url::parse(&job.site)?;
        let limits = limits(&job.settings);
        if !self.store.begin_job(job.id).await? {
            return Ok(None);
        }
        tracing::info!(report = job.id, site = job.site, seeded = job.seeded, "a report goes on");
        let robots = Robots::of(&self.web, &start).await?;
        if !job.seeded {
            let listed = seeds(&self.web, &start, &robots, limits.pages as usize).await;
            self.store.seed_job(job.id, first(&start, listed, &limits)).await?;
        }
        let (pending, known) = self.store.frontier(job.id).await?;
        let record = ReportRecord { store: &self.store, report: job.id };
        Crawl { fetch: &self.web, record: &record, start: &start, robots: &robots, limits }.run(pending, known).await?;
        Ok(Some(self.store.finish_job(job.id).await?.value))
    }

    /// Ends a report that somebody does not want any more. What is finished of it stays.
    pub(crate) async fn cancel(&self, report: i64) -> Result<bool, StoreError> {
        let cancelled = self.store.cancel_job(report).await?;
        if let Some(running) = &*self.running()
            && running.report == report
        {
            running.cancelled.notify_one();
        }
        Ok(cancelled)
    }
}

fn is_passing(error: &StoreError) -> bool {
    use temps_plugin_sdk::prelude::DatabaseError;
    matches!(error, StoreError::Database(DatabaseError::Busy(_) | DatabaseError::Interrupted(_) | DatabaseError::Finished(_)))
}

fn limits(settings: &Settings) -> Limits {
    Limits {
        pages: settings.max_pages,
        depth: settings.max_depth,
        body_bytes: settings.max_page_kib as usize * 1024,
        concurrency: settings.concurrency,
        delay: std::time::Duration::from_millis(settings.delay_ms.into()),
    }
}

/// A report, as the crawl writes to it.
struct ReportRecord<'a> {
    store: &'a SeoStore,
    report: i64,
}

impl Record for ReportRecord<'_> {
    type Error = StoreError;

    async fn save(&self, batch: Batch) -> Result<(), StoreError> {
        self.store.save(self.report, batch).await
    }
}

#[cfg(test)]
mod tests;
