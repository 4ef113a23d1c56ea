//! The same sea-orm code on both sides.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, QueryOrder, QuerySelect, Set, TransactionSession, TransactionTrait,
};

/// Rows that are there from the beginning.
pub const SEEDED: i32 = 1000;

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

/// Makes the table, and its first rows.
pub async fn seed(db: &impl Db) -> Result<(), DbErr> {
    db.execute_unprepared(
        "CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, created_at TEXT NOT NULL)",
    )
    .await?;
    item::Entity::insert_many((0..SEEDED).map(|n| new(format!("item {n}")))).exec_without_returning(db).await?;
    Ok(())
}

pub fn router<C: Db>(db: C) -> Router {
    Router::new()
        .route("/ok", get(|| async { "ok" }))
        .route("/items/{id}", get(by_id::<C>))
        .route("/items", get(twenty::<C>).post(insert::<C>))
        .route("/ten", post(ten::<C>))
        .with_state(Arc::new(db))
}

type Answer<T> = Result<Json<T>, (StatusCode, String)>;

fn failed(error: DbErr) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

fn new(name: String) -> item::ActiveModel {
    item::ActiveModel { name: Set(name), created_at: Set("2026-01-01T00:00:00Z".to_owned()), ..Default::default() }
}

async fn by_id<C: Db>(State(db): State<Arc<C>>, Path(id): Path<i32>) -> Answer<Option<item::Model>> {
    item::Entity::find_by_id(id).one(&*db).await.map(Json).map_err(failed)
}

async fn twenty<C: Db>(State(db): State<Arc<C>>) -> Answer<Vec<item::Model>> {
    item::Entity::find().order_by_asc(item::Column::Id).limit(20).all(&*db).await.map(Json).map_err(failed)
}

async fn insert<C: Db>(State(db): State<Arc<C>>) -> Answer<item::Model> {
    new("inserted".to_owned()).insert(&*db).await.map(Json).map_err(failed)
}

async fn ten<C: Db>(State(db): State<Arc<C>>) -> Answer<i32> {
    let insert = async {
        let transaction = db.begin().await?;
        let mut last = 0;
        for _ in 0..10 {
            last = new("one of ten".to_owned()).insert(&transaction).await?.id;
        }
        transaction.commit().await?;
        Ok(last)
    };
    insert.await.map(Json).map_err(failed)
}
