use sea_orm::sea_query::OnConflict;
use serde_json::{Value, json};
use temps_plugin_sdk::prelude::*;
use url::Url;

use super::{Store, StoreError};
use crate::indexnow::{self, Engine};
use crate::types::{Settings, UpdateSettings};

/// After a year nobody waits for a page any more.
const LONGEST_STALE: u32 = 365;

/// A setting by name, with its value as JSON. One that is not there has its default.
mod setting {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "setting")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Store {
    pub(crate) async fn settings(&self) -> Result<Settings, StoreError> {
        let stored = setting::Entity::find().all(&self.db).await?;
        let object = stored.into_iter().map(|setting| (setting.name, setting.value)).collect();
        serde_json::from_value(Value::Object(object))
            .map_err(|error| StoreError::Invalid { what: "stored settings", reason: error.to_string() })
    }

    /// Changes what is given, and gives all of them.
    pub(crate) async fn update_settings(&self, update: UpdateSettings) -> Result<Settings, StoreError> {
        let invalid = |what, reason| Err(StoreError::Invalid { what, reason });
        let UpdateSettings { key, engine, custom_endpoint, auto_submit, batch_size, stale_after_days } = update;
        if let Some(key) = &key
            && let Err(reason) = indexnow::check_key(key)
        {
            return invalid("key", reason);
        }
        let custom_endpoint = match custom_endpoint.as_deref().map(str::trim) {
            None => None,
            Some("") => Some(Value::Null),
            Some(given) => match Url::parse(given) {
                Ok(url) if matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none() => {
                    Some(json!(url.as_str()))
                }
                Ok(_) => return invalid("custom endpoint", "it is no http or https URL without a password".to_owned()),
                Err(error) => return invalid("custom endpoint", format!("it is no URL: {error}")),
            },
        };
        let endpoint_missing = match &custom_endpoint {
            Some(value) => value.is_null(),
            None => self.settings().await?.custom_endpoint.is_none(),
        };
        let custom = engine.unwrap_or(self.settings().await?.engine) == Engine::Custom;
        if custom && endpoint_missing {
            return invalid("engine", "there is no custom endpoint to submit to: give `customEndpoint` too".to_owned());
        }
        for (what, given, most) in
            [("batch size", batch_size, indexnow::MOST_URLS), ("number of days", stale_after_days, LONGEST_STALE)]
        {
            if let Some(given) = given
                && !(1..=most).contains(&given)
            {
                return invalid(what, format!("it is {given}, and 1 to {most} are allowed"));
            }
        }
        let given = [
            ("key", key.map(Value::from)),
            ("engine", engine.map(|engine| json!(engine))),
            ("customEndpoint", custom_endpoint),
            ("autoSubmit", auto_submit.map(Value::from)),
            ("batchSize", batch_size.map(Value::from)),
            ("staleAfterDays", stale_after_days.map(Value::from)),
        ];
        let changed: Vec<_> = given
            .into_iter()
            .filter_map(|(name, value)| Some(setting::ActiveModel { name: Set(name.to_owned()), value: Set(value?) }))
            .collect();
        if !changed.is_empty() {
            let on_conflict = OnConflict::column(setting::Column::Name).update_column(setting::Column::Value).to_owned();
            setting::Entity::insert_many(changed).on_conflict(on_conflict).exec_without_returning(&self.db).await?;
        }
        self.settings().await
    }

    /// Makes a key if there is none.
    pub(super) async fn ensure_key(&self) -> Result<(), StoreError> {
        let key = json!(indexnow::generate_key()).to_string();
        self.db.sql("INSERT INTO setting (name, value) VALUES ('key', ?) ON CONFLICT DO NOTHING").bind(key).execute().await?;
        Ok(())
    }
}

impl Settings {
    /// Where submissions go. Of a custom engine without an endpoint, which the store does not allow, to all.
    pub(crate) fn endpoint(&self) -> String {
        let own = self.engine.endpoint().or_else(|| self.custom_endpoint.clone());
        own.or_else(|| Engine::IndexNow.endpoint()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    async fn store() -> Store {
        Store::open(&testing::context()).await.unwrap()
    }

    #[tokio::test]
    async fn a_key_is_made_once() {
        let ctx = testing::context();
        let key = Store::open(&ctx).await.unwrap().settings().await.unwrap().key;
        assert_eq!(key.len(), 32);
        assert_eq!(Store::open(&ctx).await.unwrap().settings().await.unwrap().key, key);
    }

    #[tokio::test]
    async fn what_is_given_is_changed_and_the_rest_stays() {
        let store = store().await;
        let before = store.settings().await.unwrap();
        let update = UpdateSettings { batch_size: Some(7), engine: Some(Engine::Bing), ..UpdateSettings::default() };
        let after = store.update_settings(update).await.unwrap();
        assert_eq!(after, Settings { batch_size: 7, engine: Engine::Bing, ..before });
        assert_eq!(after.endpoint(), "https://www.bing.com/indexnow");
    }

    #[tokio::test]
    async fn a_custom_engine_needs_an_endpoint() {
        let store = store().await;
        let custom = |endpoint: Option<&str>| UpdateSettings {
            engine: Some(Engine::Custom),
            custom_endpoint: endpoint.map(str::to_owned),
            ..UpdateSettings::default()
        };
        for wrong in [None, Some(""), Some("engine"), Some("ftp://x.example/"), Some("https://a:b@x.example/")] {
            assert!(matches!(store.update_settings(custom(wrong)).await, Err(StoreError::Invalid { .. })), "{wrong:?}");
        }
        let settings = store.update_settings(custom(Some("http://127.0.0.1:9/indexnow"))).await.unwrap();
        assert_eq!(settings.endpoint(), "http://127.0.0.1:9/indexnow");
        let without = UpdateSettings { custom_endpoint: Some(String::new()), ..UpdateSettings::default() };
        assert!(store.update_settings(without).await.is_err(), "the engine is still custom");
    }

    #[tokio::test]
    async fn numbers_have_limits() {
        let store = store().await;
        for (batch, fits) in [(0, false), (1, true), (indexnow::MOST_URLS, true), (indexnow::MOST_URLS + 1, false)] {
            let update = UpdateSettings { batch_size: Some(batch), ..UpdateSettings::default() };
            assert_eq!(store.update_settings(update).await.is_ok(), fits, "{batch}");
        }
        for (days, fits) in [(0, false), (1, true), (LONGEST_STALE, true), (LONGEST_STALE + 1, false)] {
            let update = UpdateSettings { stale_after_days: Some(days), ..UpdateSettings::default() };
            assert_eq!(store.update_settings(update).await.is_ok(), fits, "{days}");
        }
    }
}
