//! An entity that was derived with sea-orm itself, in a binary of its own: it holds for all databases of one.

#![allow(missing_docs, unreachable_pub, reason = "entities are public, as authors write them")]

use temps_plugin_sdk::DatabaseError;
use temps_plugin_sdk::testing;

pub mod note {
    use upstream::entity::prelude::*;
    use upstream::{self as sea_orm};

    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn opening_a_database_says_which_dependency_to_write() {
    let error = testing::database("notes").await.unwrap_err();
    assert_eq!(error, DatabaseError::UnknownEntity("unknown_entity::note".to_owned()));
    assert!(error.to_string().contains("sea-orm = { package = \"temps-sea-orm\""), "{error}");
}
