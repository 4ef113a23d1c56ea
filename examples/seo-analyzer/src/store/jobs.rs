//! Reports that are under way: from the queue to their score.

use std::collections::HashSet;

use chrono::Utc;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, Set, TransactionSession, TransactionTrait};
use seo_audit::crawl::{Batch, Pending};
use seo_audit::{Page, Score, SiteIndex, checks};

use super::entities::{finding, report};
use super::reports::{parse, read};
use super::{SeoStore, StoreError, saving};
use crate::types::{Report, Settings, Trigger};

/// Reports of a site that are kept with their pages: the oldest go when another begins. A month of one a day.
pub(crate) const REPORTS_KEPT: u64 = 30;

/// Pages that are looked at across in one go.
const PAGES_AT_ONCE: u64 = 100;

/// A report that is to be worked on.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) site: String,
    pub(crate) settings: Settings,
    /// Whether its first pages are pending.
    pub(crate) seeded: bool,
}

/// What became of a wish for an audit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Queued {
    /// It waits.
    New(Box<Report>),
    /// The event has been seen before.
    Known,
}

impl SeoStore {
    /// Queues an audit of a site that is in its one form. For an event, at most one ever.
    pub(crate) async fn queue(
        &self,
        site: &str,
        project_id: Option<i32>,
        trigger: Trigger,
        event_id: Option<&str>,
    ) -> Result<Queued, StoreError> {
        let settings = serde_json::to_string(&self.settings().await?);
        let settings = settings.map_err(|source| StoreError::Stored { what: "settings", source })?;
        let begun_by = match trigger {
            Trigger::Manual => "manual",
            Trigger::Deployment => "deployment",
        };
        let transaction = self.db.begin().await?;
        if let Some(event) = event_id {
            let known = transaction.sql("INSERT OR IGNORE INTO event (id) VALUES (?)").bind(event).execute().await?;
            if known.rows_affected == 0 {
                return Ok(Queued::Known);
            }
        } else {
            let waiting = "SELECT id FROM report WHERE site = ? AND state IN ('queued', 'running')";
            let waiting: Option<i64> = transaction.sql(waiting).bind(site).fetch_optional().await?;
            if let Some(id) = waiting {
                return Err(StoreError::Conflict(format!("report {id} of {site} is not over yet")));
            }
        }
        let queued = report::ActiveModel {
            id: NotSet,
            site: Set(site.to_owned()),
            project_id: Set(project_id),
            begun_by: Set(begun_by.to_owned()),
            state: Set("queued".to_owned()),
            seeded: Set(false),
            settings: Set(settings),
            error: Set(None),
            created_at: Set(Utc::now()),
            started_at: Set(None),
            finished_at: Set(None),
            pages_done: Set(0),
            pages_known: Set(0),
            score: Set(None),
            reasons: Set(None),
            errors: Set(0),
            warnings: Set(0),
            notices: Set(0),
        };
        let queued = report::Entity::insert(queued).exec_with_returning(&transaction).await?;
        if let Some(event) = event_id {
            transaction.sql("UPDATE event SET report_id = ? WHERE id = ?").bind(queued.id).bind(event).execute().await?;
        }
        let old = "DELETE FROM report WHERE site = ?1 AND state NOT IN ('queued', 'running')
            AND id NOT IN (SELECT id FROM report WHERE site = ?1 ORDER BY id DESC LIMIT ?2)";
        transaction.sql(old).bind(site).bind(REPORTS_KEPT).execute().await?;
        transaction.commit().await?;
        Ok(Queued::New(Box::new(read(queued)?)))
    }

    /// The report to work on: one that was running when the plugin ended, or the oldest that waits.
    pub(crate) async fn next_job(&self) -> Result<Option<Job>, StoreError> {
        let next =
            "SELECT id, site, settings, seeded FROM report WHERE state IN ('running', 'queued') ORDER BY state DESC, id LIMIT 1";
        let found: Option<(i64, String, String, bool)> = self.db.sql(next).fetch_optional().await?;
        let Some((id, site, settings, seeded)) = found else { return Ok(None) };
        Ok(Some(Job { id, site, settings: parse("settings", &settings)?, seeded }))
    }

    /// Marks a report as running. False: it is over, as somebody cancelled it a moment ago.
    pub(crate) async fn begin_job(&self, id: i64) -> Result<bool, StoreError> {
        let begun = "UPDATE report SET state = 'running', started_at = coalesce(started_at, ?)
            WHERE id = ? AND state IN ('queued', 'running')";
        Ok(self.db.sql(begun).bind(Utc::now()).bind(id).execute().await?.rows_affected > 0)
    }

    /// Saves the first pages of a report: all at once, so that they are never read twice.
    pub(crate) async fn seed_job(&self, id: i64, first: Vec<Pending>) -> Result<(), StoreError> {
        let transaction = self.db.begin().await?;
        saving::save(&transaction, id, Batch { finished: Vec::new(), discovered: first }).await?;
        transaction.sql("UPDATE report SET seeded = 1 WHERE id = ?").bind(id).execute().await?;
        Ok(transaction.commit().await?)
    }

    /// What is pending of a report, in order, and all URLs that are known in it.
    pub(crate) async fn frontier(&self, id: i64) -> Result<(Vec<Pending>, HashSet<String>), StoreError> {
        let pending = "SELECT url, depth, in_sitemap FROM pending WHERE report_id = ? ORDER BY id";
        let pending: Vec<(String, u32, bool)> = self.db.sql(pending).bind(id).fetch_all().await?;
        let done: Vec<String> = self.db.sql("SELECT url FROM page WHERE report_id = ?").bind(id).fetch_all().await?;
        let pending: Vec<_> = pending.into_iter().map(|(url, depth, in_sitemap)| Pending { url, depth, in_sitemap }).collect();
        let known = pending.iter().map(|pending| pending.url.clone()).chain(done).collect();
        Ok((pending, known))
    }

    /// Saves what a crawl finished: all of it, or nothing.
    pub(crate) async fn save(&self, id: i64, batch: Batch) -> Result<(), StoreError> {
        Ok(saving::save(&self.db, id, batch).await?)
    }

    /// Looks at the pages of a report across, and ends it with its score. Begun again, it does all of it again.
    pub(crate) async fn finish_job(&self, id: i64) -> Result<Score, StoreError> {
        finding::Entity::delete_many()
            .filter(finding::Column::ReportId.eq(id))
            .filter(finding::Column::Across.eq(true))
            .exec(&self.db)
            .await?;
        let mut site = SiteIndex::default();
        let mut after = 0;
        while let Some((pages, last)) = self.facts(id, after).await? {
            pages.iter().for_each(|page| site.add(page));
            after = last;
        }
        after = 0;
        while let Some((pages, last)) = self.facts(id, after).await? {
            let found = pages.iter().flat_map(|page| {
                let across = checks::across(page, &site);
                across.into_iter().map(|finding| saving::finding_row(id, &page.url, finding, true))
            });
            let found = found.collect();
            let transaction = self.db.begin().await?;
            saving::insert_findings(&transaction, found).await?;
            transaction.commit().await?;
            after = last;
        }
        let found = self.pages_by_check(id).await?;
        let counts = found.iter().map(|(check, pages)| (check.as_str(), u64::try_from(*pages).unwrap_or_default()));
        let score = seo_audit::score(counts, u64::try_from(site.len()).unwrap_or_default());
        let reasons = serde_json::to_string(&score.reasons).map_err(|source| StoreError::Stored { what: "reasons", source })?;
        let done = "UPDATE report SET state = 'done', finished_at = ?2, score = ?3, reasons = ?4,
            errors = (SELECT count(*) FROM finding WHERE report_id = ?1 AND severity = 'error'),
            warnings = (SELECT count(*) FROM finding WHERE report_id = ?1 AND severity = 'warning'),
            notices = (SELECT count(*) FROM finding WHERE report_id = ?1 AND severity = 'notice')
            WHERE id = ?1 AND state = 'running'";
        self.db.sql(done).bind(id).bind(Utc::now()).bind(i32::from(score.value)).bind(reasons).execute().await?;
        Ok(score)
    }

    /// Pages of a report behind the one with this id, and the id of the last of them. None: there are no more.
    async fn facts(&self, report: i64, after: i64) -> Result<Option<(Vec<Page>, i64)>, StoreError> {
        let stored = "SELECT id, facts FROM page WHERE report_id = ? AND id > ? ORDER BY id LIMIT ?";
        let stored: Vec<(i64, String)> = self.db.sql(stored).bind(report).bind(after).bind(PAGES_AT_ONCE).fetch_all().await?;
        let Some((last, _)) = stored.last() else { return Ok(None) };
        let last = *last;
        let pages = stored.iter().map(|(_, facts)| parse("a page", facts)).collect::<Result<_, _>>()?;
        Ok(Some((pages, last)))
    }

    /// Ends a report without a score. What it has finished stays.
    pub(crate) async fn fail_job(&self, id: i64, error: &str) -> Result<(), StoreError> {
        self.end_job(id, "failed", Some(error)).await.map(drop)
    }

    /// Ends a report that somebody does not want any more. False: it was over.
    pub(crate) async fn cancel_job(&self, id: i64) -> Result<bool, StoreError> {
        self.stored_report(id).await?;
        self.end_job(id, "cancelled", None).await
    }

    async fn end_job(&self, id: i64, state: &str, error: Option<&str>) -> Result<bool, StoreError> {
        let ended = report::Entity::update_many()
            .col_expr(report::Column::State, Expr::value(state))
            .col_expr(report::Column::Error, Expr::value(error.map(str::to_owned)))
            .col_expr(report::Column::FinishedAt, Expr::value(Utc::now()))
            .filter(report::Column::Id.eq(id))
            .filter(report::Column::State.is_in(["queued", "running"]))
            .exec(&self.db)
            .await?;
        Ok(ended.rows_affected > 0)
    }
}
