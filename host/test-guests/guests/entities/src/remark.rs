use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "remark")]
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

pub const TABLE: &str = "CREATE TABLE IF NOT EXISTS remark (id INTEGER PRIMARY KEY, note_id INTEGER NOT NULL REFERENCES note (id), text TEXT NOT NULL)";
