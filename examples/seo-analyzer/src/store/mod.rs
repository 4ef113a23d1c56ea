//! Reports, their pages and findings, settings and sites, in the database `seo`.

mod differences;
mod entities;
mod error;
mod findings;
mod jobs;
mod migrations;
mod pages;
mod reports;
mod saving;
mod settings;
mod sites;

pub(crate) use error::StoreError;
pub(crate) use jobs::{Job, Queued};
pub(crate) use sites::checked_site;

use temps_plugin_sdk::prelude::*;

/// What is stored. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct SeoStore {
    db: Database,
}

impl SeoStore {
    /// Opens the database and brings it up to date.
    pub(crate) async fn open(ctx: &PluginContext) -> Result<Self, StoreError> {
        let db = ctx.database("seo").await?;
        migrations::run(&db).await?;
        Ok(Self { db })
    }
}

/// The most rows in one answer: what a page shows without effort.
const MOST_LISTED: u64 = 500;

fn checked_limit(limit: u64) -> Result<u64, StoreError> {
    match limit {
        1..=MOST_LISTED => Ok(limit),
        _ => Err(StoreError::Invalid { what: "limit", reason: format!("it is {limit}, and 1 to {MOST_LISTED} are allowed") }),
    }
}

/// The text as a pattern of `LIKE … ESCAPE '\'` that has it anywhere.
fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

#[cfg(test)]
mod tests;
