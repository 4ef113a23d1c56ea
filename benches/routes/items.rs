use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, QueryOrder, QuerySelect, Set, TransactionSession, TransactionTrait,
};

use super::{Projects, State as Shared};

/// Rows that are there from the beginning.
const SEEDED: i32 = 20;

pub mod item {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
    #[sea_orm(table_name = "item")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        pub created_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A connection to either database.
pub trait Db: ConnectionTrait + TransactionTrait + Send + Sync + 'static {}

impl<C: ConnectionTrait + TransactionTrait + Send + Sync + 'static> Db for C {}

/// Makes the table and its first rows, in a file that does not have them yet.
pub async fn seed(db: &impl Db) -> Result<(), DbErr> {
    db.execute_unprepared(
        "CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, created_at TEXT NOT NULL)",
    )
    .await?;
    if item::Entity::find_by_id(1).one(db).await?.is_none() {
        item::Entity::insert_many((1..=SEEDED).map(|n| new(format!("item {n}")))).exec_without_returning(db).await?;
    }
    Ok(())
}

type Answer<T> = Result<Json<T>, (StatusCode, String)>;

fn failed(error: DbErr) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

fn new(name: String) -> item::ActiveModel {
    item::ActiveModel { name: Set(name), created_at: Set("2026-01-01T00:00:00Z".to_owned()), ..Default::default() }
}

#[derive(serde::Deserialize)]
pub struct NewItem {
    name: String,
}

pub async fn by_id<C: Db, P: Projects>(
    State(state): State<Arc<Shared<C, P>>>,
    Path(id): Path<i32>,
) -> Answer<Option<item::Model>> {
    item::Entity::find_by_id(id).one(&state.db).await.map(Json).map_err(failed)
}

pub async fn twenty<C: Db, P: Projects>(State(state): State<Arc<Shared<C, P>>>) -> Answer<Vec<item::Model>> {
    item::Entity::find().order_by_asc(item::Column::Id).limit(20).all(&state.db).await.map(Json).map_err(failed)
}

pub async fn insert<C: Db, P: Projects>(
    State(state): State<Arc<Shared<C, P>>>,
    Json(item): Json<NewItem>,
) -> Answer<item::Model> {
    new(item.name).insert(&state.db).await.map(Json).map_err(failed)
}

/// Ten inserts in one transaction.
pub async fn ten<C: Db, P: Projects>(State(state): State<Arc<Shared<C, P>>>) -> Answer<usize> {
    let insert = async {
        let transaction = state.db.begin().await?;
        for _ in 0..10 {
            new("one of ten".to_owned()).insert(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(10)
    };
    insert.await.map(Json).map_err(failed)
}
