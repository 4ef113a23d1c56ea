use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use seo_audit::{Reason, checks};

use super::entities::report;
use super::{SeoStore, StoreError, checked_limit};
use crate::types::{CheckSummary, Report, ReportDetail, Settings, State, Trigger, WhichReports};

impl SeoStore {
    /// Reports, the newest first.
    pub(crate) async fn reports(&self, which: &WhichReports) -> Result<Vec<Report>, StoreError> {
        let mut found = report::Entity::find();
        if let Some(site) = &which.site {
            found = found.filter(report::Column::Site.eq(site));
        }
        let newest = found.order_by_desc(report::Column::Id).limit(checked_limit(which.limit)?);
        newest.all(&self.db).await?.into_iter().map(read).collect()
    }

    pub(super) async fn stored_report(&self, id: i64) -> Result<report::Model, StoreError> {
        report::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NotThere { what: "report", id })
    }

    pub(crate) async fn report(&self, id: i64) -> Result<Report, StoreError> {
        read(self.stored_report(id).await?)
    }

    /// A report with what each check found.
    pub(crate) async fn report_detail(&self, id: i64) -> Result<ReportDetail, StoreError> {
        let stored = self.stored_report(id).await?;
        let reasons: Vec<Reason> = parse("reasons", stored.reasons.as_deref().unwrap_or("[]"))?;
        let settings: Settings = parse("settings", &stored.settings)?;
        let pages: HashMap<String, i64> = self.pages_by_check(id).await?.into_iter().collect();
        let done = stored.state == "done";
        let summary = |check: &&seo_audit::Check| {
            let pages = *pages.get(check.id)?;
            let reason = reasons.iter().find(|reason| reason.check == check.id);
            Some(CheckSummary {
                check: check.id.to_owned(),
                severity: check.severity.as_str().to_owned(),
                title: check.title.to_owned(),
                advice: check.advice.to_owned(),
                pages,
                weight: check.weight,
                points: done.then(|| reason.map_or(0.0, |reason| reason.points)),
            })
        };
        Ok(ReportDetail { report: read(stored)?, settings, checks: checks::ALL.iter().filter_map(summary).collect() })
    }

    /// Takes a report out, with its pages and findings. One that runs has to be cancelled first.
    pub(crate) async fn remove_report(&self, id: i64) -> Result<(), StoreError> {
        match self.report(id).await?.state {
            State::Running | State::Queued => Err(StoreError::Conflict(format!("report {id} is not over: cancel it first"))),
            State::Done | State::Cancelled | State::Failed => {
                report::Entity::delete_by_id(id).exec(&self.db).await?;
                Ok(())
            }
        }
    }

    /// How many pages of a report each check was found on.
    pub(super) async fn pages_by_check(&self, id: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let counted = "SELECT check_id, count(DISTINCT url) FROM finding WHERE report_id = ? GROUP BY check_id";
        Ok(self.db.sql(counted).bind(id).fetch_all().await?)
    }
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(what: &'static str, json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|source| StoreError::Stored { what, source })
}

/// A report as it is shown.
pub(super) fn read(stored: report::Model) -> Result<Report, StoreError> {
    let word = |text: &str| format!("\"{text}\"");
    let state: State = parse("a report's state", &word(&stored.state))?;
    let trigger: Trigger = parse("a report's trigger", &word(&stored.begun_by))?;
    Ok(Report {
        id: stored.id,
        site: stored.site,
        project_id: stored.project_id,
        trigger,
        state,
        error: stored.error,
        created_at: stored.created_at,
        started_at: stored.started_at,
        finished_at: stored.finished_at,
        pages_done: stored.pages_done,
        pages_known: stored.pages_known,
        score: stored.score,
        errors: stored.errors,
        warnings: stored.warnings,
        notices: stored.notices,
    })
}
