use sea_orm::{JoinType, LoaderTrait, RelationTrait};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::sea_orm;

use crate::notes::{self, comment, note, note_tag, tag};

/// Three notes; the first has two comments and two tags, the second one of each.
async fn related() -> Database {
    let db = notes::three().await;
    for (id, note_id, text) in [(1, 1, "first"), (i64::MAX, 1, "last"), (2, 2, "only")] {
        comment::ActiveModel { id: Set(id), note_id: Set(note_id), text: Set(text.to_owned()) }.insert(&db).await.unwrap();
    }
    for (name, important) in [("red", true), ("blue", false)] {
        tag::ActiveModel { name: Set(name.to_owned()), important: Set(important) }.insert(&db).await.unwrap();
    }
    for (note_id, tag_name) in [(1, "red"), (1, "blue"), (2, "red")] {
        note_tag::ActiveModel { note_id: Set(note_id), tag_name: Set(tag_name.to_owned()) }.insert(&db).await.unwrap();
    }
    db
}

async fn all(db: &Database) -> Vec<note::Model> {
    note::Entity::find().order_by_asc(note::Column::Id).all(db).await.unwrap()
}

#[tokio::test]
async fn what_belongs_to_a_model_is_found() {
    let db = related().await;
    let notes = all(&db).await;
    let comments = notes[0].find_related(comment::Entity).order_by_asc(comment::Column::Id).all(&db).await.unwrap();
    assert_eq!(comments.iter().map(|comment| comment.id).collect::<Vec<_>>(), [1, i64::MAX]);
    let tags = notes[0].find_related(tag::Entity).order_by_asc(tag::Column::Name).all(&db).await.unwrap();
    let expected = [("blue", false), ("red", true)].map(|(name, important)| tag::Model { name: name.to_owned(), important });
    assert_eq!(tags, expected);
}

#[tokio::test]
async fn joins_give_both_sides_with_their_types() {
    let db = related().await;
    let pairs = comment::Entity::find().find_also_related(note::Entity).order_by_asc(comment::Column::Id).all(&db).await.unwrap();
    let seen: Vec<_> = pairs.iter().map(|(comment, note)| (comment.id, note.as_ref().map(|note| note.id))).collect();
    assert_eq!(seen, [(1, Some(1)), (2, Some(2)), (i64::MAX, Some(1))]);

    let notes = note::Entity::find().find_also_related(comment::Entity).order_by_asc(note::Column::Id).all(&db).await.unwrap();
    assert_eq!(notes.len(), 4);
    assert!(notes.last().is_some_and(|(note, comment)| note.title == "three" && comment.is_none()));

    let lists = note::Entity::find().find_with_related(tag::Entity).order_by_asc(note::Column::Id).all(&db).await.unwrap();
    assert_eq!(lists.iter().map(|(_, tags)| tags.len()).collect::<Vec<_>>(), [2, 1, 0]);
    let important = note::Entity::find()
        .join(JoinType::InnerJoin, note_tag::Relation::Note.def().rev())
        .join(JoinType::InnerJoin, note_tag::Relation::Tag.def())
        .filter(tag::Column::Important.eq(true))
        .order_by_asc(note::Column::Id)
        .all(&db)
        .await
        .unwrap();
    assert_eq!(important.iter().map(|note| note.id).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn a_loader_gives_the_lists_of_many() {
    let db = related().await;
    let notes = all(&db).await;
    let comments = notes.load_many(comment::Entity, &db).await.unwrap();
    assert_eq!(comments.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 0]);
    let tags = notes.load_many(tag::Entity, &db).await.unwrap();
    assert_eq!(tags.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 0]);
    let back = comments[0].load_one(note::Entity, &db).await.unwrap();
    assert_eq!(back, [Some(notes[0].clone()), Some(notes[0].clone())]);
}
