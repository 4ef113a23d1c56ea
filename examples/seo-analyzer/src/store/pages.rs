use serde::Deserialize;

use super::entities::page;
use super::reports::parse;
use super::{SeoStore, StoreError, anywhere, checked_limit};
use crate::types::{LinkingPage, PageDetail, PageRow, WhichPages};

use sea_orm::EntityTrait;

/// Pages that link to another which are shown: more are not read.
const MOST_LINKING: u64 = 50;

#[derive(Deserialize)]
struct Listed {
    id: i64,
    url: String,
    status: Option<i32>,
    title: Option<String>,
    depth: i32,
    elapsed_ms: i64,
    bytes: i64,
    findings: i64,
}

impl SeoStore {
    /// Pages of a report, in the order in which they were finished.
    pub(crate) async fn pages(&self, report: i64, which: &WhichPages) -> Result<Vec<PageRow>, StoreError> {
        let limit = checked_limit(which.limit)?;
        self.stored_report(report).await?;
        let listed = r"SELECT id, url, status, title, depth, elapsed_ms, bytes,
            (SELECT count(*) FROM finding WHERE finding.report_id = page.report_id AND finding.url = page.url) AS findings
            FROM page WHERE report_id = ?1 AND id > ?2 AND url LIKE ?3 ESCAPE '\' ORDER BY id LIMIT ?4";
        let pattern = which.search.as_deref().map_or_else(|| "%".to_owned(), anywhere);
        let listed: Vec<Listed> =
            self.db.sql(listed).bind(report).bind(which.after).bind(pattern).bind(limit).fetch_all().await?;
        Ok(listed.into_iter().map(Into::into).collect())
    }

    /// A page of a report, with its findings and what links to it.
    pub(crate) async fn page(&self, report: i64, id: i64) -> Result<PageDetail, StoreError> {
        let stored = page::Entity::find_by_id(id).one(&self.db).await?.filter(|page| page.report_id == report);
        let stored = stored.ok_or(StoreError::NotThere { what: "page", id })?;
        let linking = "SELECT page.id, page.url FROM page, json_each(page.facts, '$.links') AS link
            WHERE page.report_id = ? AND link.value = ? ORDER BY page.id LIMIT ?";
        let linking: Vec<(i64, String)> =
            self.db.sql(linking).bind(report).bind(stored.url.clone()).bind(MOST_LINKING).fetch_all().await?;
        Ok(PageDetail {
            id,
            page: parse("a page", &stored.facts)?,
            findings: self.findings_on(report, &stored.url).await?,
            linked_from: linking.into_iter().map(|(id, url)| LinkingPage { id, url }).collect(),
        })
    }

    /// The id of the page of a report with this URL.
    pub(crate) async fn page_id(&self, report: i64, url: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.db.sql("SELECT id FROM page WHERE report_id = ? AND url = ?").bind(report).bind(url).fetch_optional().await?)
    }
}

impl From<Listed> for PageRow {
    fn from(listed: Listed) -> Self {
        let Listed { id, url, status, title, depth, elapsed_ms, bytes, findings } = listed;
        Self { id, url, status, title, depth, elapsed_ms, bytes, findings }
    }
}
