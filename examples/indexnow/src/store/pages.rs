use serde::Serialize;
use serde_json::Value;
use temps_plugin_sdk::prelude::*;

use super::StoreError;

/// A page of a site, as a scan found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FoundPage {
    pub(crate) url: String,
    /// As the sitemap says it.
    pub(crate) lastmod: Option<String>,
    /// Of its text, if it was read.
    pub(crate) digest: Option<String>,
}

/// Pages that are written by one statement: enough that statements do not matter, and few enough that a parameter stays small.
const AT_ONCE: usize = 1_000;

/// Keeps what a scan found. What is not known of a page this time stays; of a page that was submitted without anything known, what is known now is what was submitted.
pub(super) async fn record(
    transaction: &DatabaseTransaction,
    site: i64,
    scan: i64,
    pages: &[FoundPage],
) -> Result<(), StoreError> {
    for pages in pages.chunks(AT_ONCE) {
        transaction
            .sql(
                "INSERT INTO page (site_id, url, lastmod, digest, scan_id)
                 SELECT ?1, value ->> 'url', value ->> 'lastmod', value ->> 'digest', ?2 FROM json_each(?3) WHERE true
                 ON CONFLICT (site_id, url) DO UPDATE SET
                     scan_id = excluded.scan_id,
                     lastmod = coalesce(excluded.lastmod, lastmod),
                     digest = coalesce(excluded.digest, digest),
                     submitted_lastmod = iif(submitted_at IS NULL, NULL, coalesce(submitted_lastmod, excluded.lastmod)),
                     submitted_digest = iif(submitted_at IS NULL, NULL, coalesce(submitted_digest, excluded.digest))",
            )
            .bind(site)
            .bind(scan)
            .bind(json(pages))
            .execute()
            .await?;
    }
    Ok(())
}

/// Forgets pages that an earlier scan found and this one did not.
pub(super) async fn forget_others(transaction: &DatabaseTransaction, site: i64, scan: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM page WHERE site_id = ? AND scan_id IS NOT NULL AND scan_id <> ?";
    transaction.sql(sql).bind(site).bind(scan).execute().await?;
    Ok(())
}

/// As a parameter for `json_each`.
pub(super) fn json(list: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_value(list).unwrap_or(Value::Array(Vec::new())).to_string()
}
