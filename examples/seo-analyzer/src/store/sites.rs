use seo_audit::normal;
use url::Url;

use super::{SeoStore, StoreError};
use crate::types::{SetSite, Site};

/// Where an audit begins, in its one form.
pub(crate) fn checked_site(url: &str) -> Result<String, StoreError> {
    let invalid = |reason: &str| StoreError::Invalid { what: "site's URL", reason: reason.to_owned() };
    let url = Url::parse(url.trim()).map_err(|error| invalid(&error.to_string()))?;
    Ok(normal(url).ok_or_else(|| invalid("it is not http or https, or has a user in it"))?.into())
}

impl SeoStore {
    pub(crate) async fn sites(&self) -> Result<Vec<Site>, StoreError> {
        let rows: Vec<(i32, String, bool)> =
            self.db.sql("SELECT project_id, url, auto_run FROM site ORDER BY project_id").fetch_all().await?;
        Ok(rows.into_iter().map(|(project_id, url, auto_run)| Site { project_id, url, auto_run }).collect())
    }

    pub(crate) async fn site(&self, project_id: i32) -> Result<Option<Site>, StoreError> {
        Ok(self.sites().await?.into_iter().find(|site| site.project_id == project_id))
    }

    pub(crate) async fn set_site(&self, project_id: i32, set: SetSite) -> Result<Site, StoreError> {
        let SetSite { url, auto_run } = set;
        let url = checked_site(&url)?;
        let replaced = self.db.sql("INSERT OR REPLACE INTO site (project_id, url, auto_run) VALUES (?, ?, ?)");
        replaced.bind(project_id).bind(url.clone()).bind(auto_run).execute().await?;
        Ok(Site { project_id, url, auto_run })
    }

    pub(crate) async fn remove_site(&self, project_id: i32) -> Result<(), StoreError> {
        let removed = self.db.sql("DELETE FROM site WHERE project_id = ?").bind(project_id).execute().await?;
        match removed.rows_affected {
            0 => Err(StoreError::NotThere { what: "site of project", id: project_id.into() }),
            _ => Ok(()),
        }
    }
}
