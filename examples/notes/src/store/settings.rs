use sea_orm::sea_query::OnConflict;
use serde_json::Value;
use temps_plugin_sdk::prelude::*;

use super::{NoteStore, StoreError};
use crate::types::{Settings, UpdateSettings};

/// The largest page: what a browser shows without effort.
const LARGEST_PAGE: u64 = 100;

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

impl NoteStore {
    pub(crate) async fn settings(&self) -> Result<Settings, StoreError> {
        let stored = setting::Entity::find().all(&self.db).await?;
        let object = stored.into_iter().map(|setting| (setting.name, setting.value)).collect();
        serde_json::from_value(Value::Object(object))
            .map_err(|error| StoreError::Invalid { what: "stored settings", reason: error.to_string() })
    }

    /// Changes what is given, and gives all of them.
    pub(crate) async fn update_settings(&self, update: UpdateSettings) -> Result<Settings, StoreError> {
        let UpdateSettings { page_size, trim_titles } = update;
        if let Some(size) = page_size
            && !(1..=LARGEST_PAGE).contains(&size)
        {
            let reason = format!("it is {size}, and 1 to {LARGEST_PAGE} are allowed");
            return Err(StoreError::Invalid { what: "page size", reason });
        }
        let given = [("pageSize", page_size.map(Value::from)), ("trimTitles", trim_titles.map(Value::from))];
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
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    async fn store() -> NoteStore {
        NoteStore::open(&testing::context()).await.unwrap()
    }

    #[tokio::test]
    async fn settings_have_defaults() {
        assert_eq!(store().await.settings().await.unwrap(), Settings { page_size: 20, trim_titles: true });
    }

    #[tokio::test]
    async fn what_is_given_is_changed_and_the_rest_stays() {
        let store = store().await;
        let only = |page_size| UpdateSettings { page_size, trim_titles: None };
        store.update_settings(UpdateSettings { page_size: Some(7), trim_titles: Some(false) }).await.unwrap();
        assert_eq!(store.update_settings(only(Some(9))).await.unwrap(), Settings { page_size: 9, trim_titles: false });
        assert_eq!(store.update_settings(only(None)).await.unwrap(), Settings { page_size: 9, trim_titles: false });
    }

    #[tokio::test]
    async fn a_page_has_a_largest_size() {
        let store = store().await;
        for (size, fits) in [(1, true), (LARGEST_PAGE, true), (0, false), (LARGEST_PAGE + 1, false)] {
            let done = store.update_settings(UpdateSettings { page_size: Some(size), trim_titles: None }).await;
            assert_eq!(done.is_ok(), fits, "{size}");
        }
    }
}
