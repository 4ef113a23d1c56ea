//! Settings, sites, their pages, and the work on them, in the database `indexnow`.

mod error;
mod migrations;
mod pages;
mod scans;
mod settings;
mod sites;
mod submissions;
mod suggestions;

pub(crate) use error::StoreError;
pub(crate) use pages::FoundPage;
pub(crate) use scans::Finished;
pub(crate) use sites::SiteRow;
pub(crate) use submissions::Order;

use temps_plugin_sdk::prelude::*;

/// All that the plugin remembers. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    db: Database,
}

impl Store {
    /// Opens the database and brings it up to date.
    pub(crate) async fn open(ctx: &PluginContext) -> Result<Self, StoreError> {
        let db = ctx.database("indexnow").await?;
        migrations::run(&db).await?;
        let store = Self { db };
        store.ensure_key().await?;
        Ok(store)
    }
}
