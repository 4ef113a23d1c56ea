use sea_orm::sea_query::LikeExpr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entities::finding;
use super::reports::parse;
use super::{SeoStore, StoreError, anywhere, checked_limit};
use crate::types::{Finding, WhichFindings};

impl SeoStore {
    /// Findings of a report, in their order.
    pub(crate) async fn findings(&self, report: i64, which: &WhichFindings) -> Result<Vec<Finding>, StoreError> {
        let limit = checked_limit(which.limit)?;
        self.stored_report(report).await?;
        let mut found =
            finding::Entity::find().filter(finding::Column::ReportId.eq(report)).filter(finding::Column::Id.gt(which.after));
        if let Some(check) = &which.check {
            found = found.filter(finding::Column::CheckId.eq(check));
        }
        if let Some(severity) = &which.severity {
            found = found.filter(finding::Column::Severity.eq(severity));
        }
        if let Some(text) = &which.search {
            found = found.filter(finding::Column::Url.like(LikeExpr::new(anywhere(text)).escape('\\')));
        }
        found.order_by_asc(finding::Column::Id).limit(limit).all(&self.db).await?.into_iter().map(read).collect()
    }

    /// All findings on a page.
    pub(super) async fn findings_on(&self, report: i64, url: &str) -> Result<Vec<Finding>, StoreError> {
        let found = finding::Entity::find()
            .filter(finding::Column::ReportId.eq(report))
            .filter(finding::Column::Url.eq(url))
            .order_by_asc(finding::Column::Id);
        found.all(&self.db).await?.into_iter().map(read).collect()
    }
}

pub(super) fn read(stored: finding::Model) -> Result<Finding, StoreError> {
    let finding::Model { id, report_id: _, url, check_id, severity, message, evidence, across: _ } = stored;
    Ok(Finding { id, url, check: check_id, severity, message, evidence: parse("evidence", &evidence)? })
}
