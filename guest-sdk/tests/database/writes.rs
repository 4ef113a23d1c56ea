use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, IntoActiveModel, Unchanged};
use temps_plugin_sdk::database::Constraint;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::sea_orm;

use crate::notes::{self, comment, note, note_tag, tag};

#[tokio::test]
async fn one_row_is_inserted_changed_and_deleted() {
    let db = notes::empty().await;
    let inserted = notes::new("a", 1).insert(&db).await.unwrap();
    assert_eq!(inserted, note::Model { id: 1, title: "a".to_owned(), body: None, size: 1 });

    let changed = note::ActiveModel { id: Unchanged(1), body: Set(Some("b".to_owned())), ..Default::default() };
    assert_eq!(changed.update(&db).await.unwrap().body, Some("b".to_owned()));
    let mut saved = inserted.into_active_model();
    saved.size = Set(5);
    let saved = saved.save(&db).await.unwrap();
    assert_eq!(saved.size, ActiveValue::Unchanged(5));
    let new = notes::new("c", 2).save(&db).await.unwrap();
    assert_eq!(new.id, ActiveValue::Unchanged(2));

    assert_eq!(saved.delete(&db).await.unwrap().rows_affected, 1);
    assert_eq!(note::Entity::delete_by_id(2).exec(&db).await.unwrap().rows_affected, 1);
    assert_eq!(note::Entity::find().count(&db).await.unwrap(), 0);

    let gone = note::ActiveModel { id: Unchanged(1), size: Set(1), ..Default::default() };
    assert_eq!(gone.update(&db).await.unwrap_err(), DbErr::RecordNotUpdated);
}

#[tokio::test]
async fn many_rows_at_once() {
    let db = notes::empty().await;
    let many = (0..20).map(|size| notes::new(&format!("note {size}"), size));
    assert_eq!(note::Entity::insert_many(many).exec(&db).await.unwrap().last_insert_id, Some(20));
    let returned = note::Entity::insert_many([notes::new("x", 1), notes::new("y", 2)]).exec_with_returning(&db).await.unwrap();
    assert_eq!(returned.iter().map(|note| note.id).collect::<Vec<_>>(), [21, 22]);
    let without = note::Entity::insert(notes::new("z", 3)).exec_without_returning(&db).await.unwrap();
    assert_eq!(without, 1);

    let deleted = note::Entity::delete_many().filter(note::Column::Size.gte(10)).exec(&db).await.unwrap();
    assert_eq!(deleted.rows_affected, 10);
    assert_eq!(note::Entity::find().count(&db).await.unwrap(), 13);
}

#[tokio::test]
async fn keys_that_the_author_gives() {
    let db = notes::empty().await;
    let inserted = tag::ActiveModel { name: Set("rust".to_owned()), important: Set(true) }.insert(&db).await.unwrap();
    assert_eq!(inserted, tag::Model { name: "rust".to_owned(), important: true });
    let last = note_tag::ActiveModel { note_id: Set(7), tag_name: Set("rust".to_owned()) };
    let last = note_tag::Entity::insert(last).exec(&db).await.unwrap().last_insert_id;
    assert_eq!(last, (7, "rust".to_owned()));
    let found = note_tag::Entity::find_by_id((7, "rust".to_owned())).one(&db).await.unwrap();
    assert!(found.is_some());
}

#[tokio::test]
async fn a_conflict_can_be_an_update_or_nothing() {
    let db = notes::three().await;
    let update = OnConflict::column(note::Column::Title).update_column(note::Column::Size).to_owned();
    let upserted = note::Entity::insert(notes::new("two", 22)).on_conflict(update).exec_with_returning(&db).await.unwrap();
    assert_eq!((upserted.id, upserted.size), (2, 22));

    let nothing = OnConflict::column(note::Column::Title).do_nothing().to_owned();
    let nothing = note::Entity::insert(notes::new("two", 23)).on_conflict(nothing).exec(&db).await;
    assert_eq!(nothing.unwrap_err(), DbErr::RecordNotInserted);
    assert_eq!(note::Entity::find().count(&db).await.unwrap(), 3);
}

fn constraint(error: &DbErr) -> Option<Constraint> {
    match DatabaseError::of(error) {
        Some(DatabaseError::Constraint { constraint, .. }) => Some(constraint),
        _ => None,
    }
}

#[tokio::test]
async fn violations_are_told_apart() {
    let db = notes::three().await;
    let error = notes::new("one", 1).insert(&db).await.unwrap_err();
    assert_eq!(constraint(&error), Some(Constraint::Unique));
    let words = "UNIQUE constraint failed: note.title, in `INSERT INTO \"note\" (\"title\", \"size\") VALUES (?, ?) RETURNING ";
    assert!(error.to_string().starts_with(&format!("Query Error: sqlite/constraint-unique: {words}")), "{error}");
    let error = note::ActiveModel { id: Set(1), ..notes::new("x", 1) }.insert(&db).await.unwrap_err();
    assert_eq!(constraint(&error), Some(Constraint::PrimaryKey));
    assert_eq!(constraint(&notes::new("x", -1).insert(&db).await.unwrap_err()), Some(Constraint::Check));
    let lost = comment::ActiveModel { id: Set(1), note_id: Set(9), text: Set(String::new()) };
    assert_eq!(constraint(&lost.insert(&db).await.unwrap_err()), Some(Constraint::ForeignKey));
    let error = db.sql("INSERT INTO note (title, size) VALUES (NULL, 1)").execute().await.unwrap_err();
    assert!(matches!(error, DatabaseError::Constraint { constraint: Constraint::NotNull, .. }), "{error}");
    let error = note::Entity::delete_by_id(1).exec(&db).await.map(drop);
    assert_eq!(error, Ok(()));
}
