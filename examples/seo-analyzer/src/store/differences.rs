use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entities::{finding, report};
use super::reports::read;
use super::{MOST_LISTED, SeoStore, StoreError, findings};
use crate::types::{Difference, Finding};

impl SeoStore {
    /// What changed between a report and the last one of its site that was done before it. A finding is known by its check and its page.
    pub(crate) async fn difference(&self, id: i64) -> Result<Difference, StoreError> {
        let this = self.stored_report(id).await?;
        let before = report::Entity::find()
            .filter(report::Column::Site.eq(&this.site))
            .filter(report::Column::State.eq("done"))
            .filter(report::Column::Id.lt(id))
            .order_by_desc(report::Column::Id)
            .one(&self.db)
            .await?;
        let Some(before) = before else {
            return Ok(Difference {
                previous: None,
                score_delta: None,
                new: vec![],
                fixed: vec![],
                new_count: 0,
                fixed_count: 0,
            });
        };
        let (new, new_count) = self.only_in(id, before.id).await?;
        let (fixed, fixed_count) = self.only_in(before.id, id).await?;
        let score_delta = this.score.zip(before.score).map(|(now, then)| now - then);
        Ok(Difference { previous: Some(read(before)?), score_delta, new, fixed, new_count, fixed_count })
    }

    /// Findings of one report that another has not.
    async fn only_in(&self, one: i64, other: i64) -> Result<(Vec<Finding>, i64), StoreError> {
        let only = "FROM finding WHERE report_id = ?1 AND NOT EXISTS (SELECT 1 FROM finding AS other
            WHERE other.report_id = ?2 AND other.check_id = finding.check_id AND other.url = finding.url)";
        let count: i64 = self.db.sql(format!("SELECT count(*) {only}")).bind(one).bind(other).fetch_one().await?;
        let ids: Vec<i64> = self
            .db
            .sql(format!("SELECT id {only} ORDER BY id LIMIT ?3"))
            .bind(one)
            .bind(other)
            .bind(MOST_LISTED)
            .fetch_all()
            .await?;
        let found = finding::Entity::find().filter(finding::Column::Id.is_in(ids)).order_by_asc(finding::Column::Id);
        let found: Result<Vec<_>, _> = found.all(&self.db).await?.into_iter().map(findings::read).collect();
        Ok((found?, count))
    }
}
