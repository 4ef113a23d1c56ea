//! Notes and notebooks in the database `notes`.

mod error;
mod migrations;
mod notebooks;
mod notes;
mod search;
mod settings;

pub(crate) use error::StoreError;

use temps_plugin_sdk::prelude::*;

/// The notes. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct NoteStore {
    db: Database,
}

impl NoteStore {
    /// Opens the database and brings it up to date.
    pub(crate) async fn open(ctx: &PluginContext) -> Result<Self, StoreError> {
        let db = ctx.database("notes").await?;
        migrations::run(&db).await?;
        Ok(Self { db })
    }
}

/// A notebook, as it lies in the database.
pub(crate) mod notebook {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notebook")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "super::note::Entity")]
        Note,
    }

    impl Related<super::note::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Note.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A note, as it lies in the database.
pub(crate) mod note {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "note")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub notebook_id: i64,
        pub title: String,
        pub body: String,
        pub pinned: bool,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::notebook::Entity",
            from = "Column::NotebookId",
            to = "super::notebook::Column::Id",
            on_delete = "Cascade"
        )]
        Notebook,
    }

    impl Related<super::notebook::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Notebook.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use temps_plugin_sdk::testing::{self, TestPlugin};

    use super::*;
    use crate::NotesPlugin;
    use crate::types::NewNote;

    /// A store with one notebook in it.
    pub(crate) async fn with_notebook(name: &str) -> (NoteStore, i64) {
        let store = NoteStore::open(&testing::context()).await.unwrap();
        let id = store.create_notebook(name).await.unwrap().id;
        (store, id)
    }

    pub(crate) fn titled(title: &str) -> NewNote {
        NewNote { title: title.to_owned(), ..NewNote::default() }
    }

    #[tokio::test]
    async fn it_is_there_after_a_restart() {
        let folder = TempDir::new().unwrap();
        for run in 1..=2 {
            let plugin = TestPlugin::builder().data_dir(folder.path()).start::<NotesPlugin>().await.unwrap();
            let name = serde_json::json!({ "name": format!("run {run}") });
            plugin.post_json("/notebooks", &name).await.unwrap();
            let notebooks: serde_json::Value = plugin.get("/notebooks").await.unwrap().json().await.unwrap();
            assert_eq!(notebooks.as_array().unwrap().len(), run);
        }
        assert!(folder.path().join("notes.db").exists());
    }
}
