//! An entity with fields that SQLite alone cannot tell apart.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
pub enum State {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "done")]
    Done,
}

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(unique)]
    pub title: String,
    pub state: State,
    pub size: i64,
    pub small: Option<u8>,
    pub ratio: f32,
    pub pinned: bool,
    pub bytes: Vec<u8>,
    pub created: DateTimeUtc,
    pub due: Option<Date>,
    pub uuid: Uuid,
    pub more: Json,
    #[sea_orm(column_type = "Decimal(None)")]
    pub price: Decimal,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(has_many = "super::remark::Entity")]
    Remark,
}

impl Related<super::remark::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Remark.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

pub const TABLE: &str = "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
    size INTEGER NOT NULL, small INTEGER, ratio REAL NOT NULL, pinned INTEGER NOT NULL, bytes BLOB NOT NULL, created TEXT NOT NULL, due TEXT,
    uuid BLOB NOT NULL, more TEXT NOT NULL, price TEXT NOT NULL)";
