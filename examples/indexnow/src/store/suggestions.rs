use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use temps_plugin_sdk::prelude::*;

use super::{Store, StoreError};
use crate::types::{Reason, Settings, Suggestion, Suggestions};

/// Suggestions that are listed: what a page shows without effort. The counts are of all.
const LISTED: usize = 500;

/// Pages with the reason to submit them, but for those that wait to be submitted. ?1: a site, or NULL for all. ?2: when a submission was long ago.
const SUGGESTED: &str = "SELECT url, siteId, lastmod, submittedAt, reason FROM (
    SELECT url, site_id AS siteId, lastmod, submitted_at AS submittedAt, CASE
        WHEN submitted_at IS NULL THEN 'new'
        WHEN lastmod <> submitted_lastmod OR digest <> submitted_digest THEN 'changed'
        WHEN submitted_at < ?2 THEN 'stale'
    END AS reason
    FROM page WHERE (?1 IS NULL OR site_id = ?1) AND NOT EXISTS (
        SELECT 1 FROM submitted_url JOIN submission ON submission.id = submission_id
        WHERE submitted_url.url = page.url AND submission.status = 'waiting' AND submission.site_id = page.site_id
    )
) WHERE reason IS NOT NULL ORDER BY CASE reason WHEN 'new' THEN 1 WHEN 'changed' THEN 2 ELSE 3 END, url";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    url: String,
    site_id: i64,
    lastmod: Option<String>,
    submitted_at: Option<DateTime<Utc>>,
    reason: Reason,
}

/// The pages of a site that should be submitted.
pub(super) async fn of_site(
    transaction: &DatabaseTransaction,
    site: i64,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Vec<Suggestion>, StoreError> {
    let rows: Vec<Row> = transaction.sql(SUGGESTED).bind(site).bind(long_ago(settings, now)).fetch_all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

fn long_ago(settings: &Settings, now: DateTime<Utc>) -> DateTime<Utc> {
    now - Duration::days(settings.stale_after_days.into())
}

impl Store {
    /// All pages of a site that should be submitted.
    pub(crate) async fn suggested(
        &self,
        site: Option<i64>,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Vec<Suggestion>, StoreError> {
        let rows: Vec<Row> = self.db.sql(SUGGESTED).bind(site).bind(long_ago(settings, now)).fetch_all().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The first of them, and how many there are.
    pub(crate) async fn suggestions(&self, site: Option<i64>, now: DateTime<Utc>) -> Result<Suggestions, StoreError> {
        let long_ago = long_ago(&self.settings().await?, now);
        let first = self.db.sql(format!("{SUGGESTED} LIMIT {LISTED}")).bind(site).bind(long_ago);
        let first: Vec<Row> = first.fetch_all().await?;
        let mut all = Suggestions { suggestions: first.into_iter().map(Into::into).collect(), ..Suggestions::default() };
        let counts = self.db.sql(format!("SELECT reason, count(*) FROM ({SUGGESTED}) GROUP BY reason")).bind(site).bind(long_ago);
        for (reason, count) in counts.fetch_all().await? {
            match reason {
                Reason::New => all.new = count,
                Reason::Changed => all.changed = count,
                Reason::Stale => all.stale = count,
            }
        }
        Ok(all)
    }
}

impl From<Row> for Suggestion {
    fn from(row: Row) -> Self {
        let Row { url, site_id, lastmod, submitted_at, reason } = row;
        Self { url, site_id, reason, lastmod, submitted_at }
    }
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::super::{FoundPage, pages};
    use super::*;
    use crate::types::SiteInput;

    #[tokio::test]
    async fn the_first_are_listed_and_all_are_counted() {
        let store = Store::open(&testing::context()).await.unwrap();
        let site = store.create_site(SiteInput { origin: "shop.example".into(), ..SiteInput::default() }).await.unwrap().id;
        for (count, listed) in [(LISTED, LISTED), (LISTED + 1, LISTED)] {
            let page = |n| FoundPage { url: format!("https://shop.example/{n}"), lastmod: None, digest: None };
            let found: Vec<_> = (0..count).map(page).collect();
            let transaction = store.db.begin().await.unwrap();
            pages::record(&transaction, site, 1, &found).await.unwrap();
            transaction.commit().await.unwrap();
            let suggestions = store.suggestions(Some(site), Utc::now()).await.unwrap();
            assert_eq!((suggestions.suggestions.len(), suggestions.new), (listed, u64::try_from(count).unwrap()));
            assert_eq!(store.suggestions(None, Utc::now()).await.unwrap(), suggestions);
            assert_eq!(store.suggestions(Some(site + 1), Utc::now()).await.unwrap(), Suggestions::default());
        }
    }
}
