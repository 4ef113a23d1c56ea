use serde_json::Value;

use super::{SeoStore, StoreError};
use crate::types::{Settings, UpdateSettings};

impl SeoStore {
    pub(crate) async fn settings(&self) -> Result<Settings, StoreError> {
        let stored: Vec<(String, String)> = self.db.sql("SELECT name, value FROM setting").fetch_all().await?;
        let read = |(name, value): (String, String)| Ok((name, serde_json::from_str::<Value>(&value)?));
        let object = stored.into_iter().map(read).collect::<Result<_, serde_json::Error>>();
        let settings = object.and_then(|object| serde_json::from_value(Value::Object(object)));
        settings.map_err(|source| StoreError::Stored { what: "settings", source })
    }

    /// Changes what is given, and gives all of them.
    pub(crate) async fn update_settings(&self, update: UpdateSettings) -> Result<Settings, StoreError> {
        let UpdateSettings { max_pages, max_depth, max_page_kib, concurrency, delay_ms, auto_run } = update;
        let numbers = [
            ("maxPages", "number of pages", max_pages, 1..=5_000),
            ("maxDepth", "depth", max_depth, 0..=50),
            // As much as a value in the database may have, for what is kept of the page is smaller.
            ("maxPageKib", "size of a page", max_page_kib, 16..=8_192),
            ("concurrency", "concurrency", concurrency, 1..=16),
            ("delayMs", "delay", delay_ms, 0..=60_000),
        ];
        let mut changed = Vec::new();
        for (name, what, value, allowed) in numbers {
            let Some(value) = value else { continue };
            if !allowed.contains(&value) {
                let reason = format!("it is {value}, and {} to {} are allowed", allowed.start(), allowed.end());
                return Err(StoreError::Invalid { what, reason });
            }
            changed.push((name, value.to_string()));
        }
        changed.extend(auto_run.map(|auto_run| ("autoRun", auto_run.to_string())));
        let changed: serde_json::Map<String, Value> =
            changed.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        self.db
            .sql("INSERT OR REPLACE INTO setting (name, value) SELECT key, value FROM json_each(?)")
            .bind(Value::Object(changed).to_string())
            .execute()
            .await?;
        self.settings().await
    }
}
