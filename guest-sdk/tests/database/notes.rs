//! Notes, their tags and comments.

use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::testing;

pub mod note {
    use temps_plugin_sdk::sea_orm::{self, entity::prelude::*};

    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(unique)]
        pub title: String,
        pub body: Option<String>,
        pub size: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::comment::Entity")]
        Comment,
    }

    impl Related<super::comment::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Comment.def()
        }
    }

    impl Related<super::tag::Entity> for Entity {
        fn to() -> RelationDef {
            super::note_tag::Relation::Tag.def()
        }

        fn via() -> Option<RelationDef> {
            Some(super::note_tag::Relation::Note.def().rev())
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod comment {
    use temps_plugin_sdk::sea_orm::{self, entity::prelude::*};

    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "comment")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub note_id: i32,
        pub text: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::note::Entity", from = "Column::NoteId", to = "super::note::Column::Id")]
        Note,
    }

    impl Related<super::note::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Note.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod tag {
    use temps_plugin_sdk::sea_orm::{self, entity::prelude::*};

    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub important: bool,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note_tag {
    use temps_plugin_sdk::sea_orm::{self, entity::prelude::*};

    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub note_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_name: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::note::Entity", from = "Column::NoteId", to = "super::note::Column::Id")]
        Note,
        #[sea_orm(belongs_to = "super::tag::Entity", from = "Column::TagName", to = "super::tag::Column::Name")]
        Tag,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

const TABLES: &str = "
    CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL UNIQUE, body TEXT, size INTEGER NOT NULL CHECK (size >= 0));
    CREATE TABLE comment (id INTEGER PRIMARY KEY, note_id INTEGER NOT NULL REFERENCES note (id), text TEXT NOT NULL);
    CREATE TABLE tag (name TEXT PRIMARY KEY, important INTEGER NOT NULL);
    CREATE TABLE note_tag (note_id INTEGER NOT NULL, tag_name TEXT NOT NULL, PRIMARY KEY (note_id, tag_name));";

/// A database with the tables, empty.
pub async fn empty() -> Database {
    let db = testing::database("notes").await.unwrap();
    db.execute_unprepared(TABLES).await.unwrap();
    db
}

/// A note that is not there yet.
pub fn new(title: &str, size: i64) -> note::ActiveModel {
    note::ActiveModel { title: Set(title.to_owned()), size: Set(size), ..Default::default() }
}

/// A database with the notes `one`, `two` and `three`, whose sizes are 1, 2 and beyond what a double holds exactly.
pub async fn three() -> Database {
    let db = empty().await;
    for (title, size) in [("one", 1), ("two", 2), ("three", (1 << 53) + 1)] {
        new(title, size).insert(&db).await.unwrap();
    }
    db
}
