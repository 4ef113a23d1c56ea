use futures::TryStreamExt;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Condition, Order};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::sea_orm;

use crate::notes::{self, note};

fn titles(notes: &[note::Model]) -> Vec<&str> {
    notes.iter().map(|note| note.title.as_str()).collect()
}

#[tokio::test]
async fn rows_are_found_filtered_and_ordered() {
    let db = notes::three().await;
    let all = note::Entity::find().order_by_desc(note::Column::Title).all(&db).await.unwrap();
    assert_eq!(titles(&all), ["two", "three", "one"]);
    let by_size = note::Entity::find().order_by(note::Column::Size, Order::Asc).limit(1).offset(1).all(&db).await.unwrap();
    assert_eq!(titles(&by_size), ["two"]);

    let either = Condition::any().add(note::Column::Title.starts_with("th")).add(note::Column::Size.lt(2));
    let found = note::Entity::find().filter(either).order_by_asc(note::Column::Id).all(&db).await.unwrap();
    assert_eq!(titles(&found), ["one", "three"]);
    assert_eq!(note::Entity::find().filter(note::Column::Body.is_not_null()).one(&db).await.unwrap(), None);
    let listed = note::Entity::find().filter(note::Column::Id.is_in([2, 3, 9])).count(&db).await.unwrap();
    assert_eq!(listed, 2);
}

#[tokio::test]
async fn an_integer_is_exact_beyond_a_double() {
    let db = notes::three().await;
    let three = note::Entity::find().filter(note::Column::Title.eq("three")).one(&db).await.unwrap().unwrap();
    assert_eq!(three.size, 9_007_199_254_740_993);
    let same = note::Entity::find().filter(note::Column::Size.eq(three.size)).all(&db).await.unwrap();
    assert_eq!(titles(&same), ["three"]);
}

#[tokio::test]
async fn pages_and_counts() {
    let db = notes::three().await;
    let pages = note::Entity::find().order_by_asc(note::Column::Id).paginate(&db, 2);
    let numbers = pages.num_items_and_pages().await.unwrap();
    assert_eq!((numbers.number_of_items, numbers.number_of_pages), (3, 2));
    assert_eq!(titles(&pages.fetch_page(0).await.unwrap()), ["one", "two"]);
    assert_eq!(titles(&pages.fetch_page(1).await.unwrap()), ["three"]);
    assert_eq!(note::Entity::find().count(&db).await.unwrap(), 3);

    let mut cursor = note::Entity::find().cursor_by(note::Column::Id);
    assert_eq!(titles(&cursor.after(1).first(1).all(&db).await.unwrap()), ["two"]);
}

#[tokio::test]
async fn rows_come_as_a_stream() {
    let db = notes::empty().await;
    // More than one piece of what is handed over at once.
    let count = 1000;
    let insert = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO note (title, size) SELECT 'note ' || i, i FROM n";
    db.sql(insert).bind(count).execute().await.unwrap();
    let stream = note::Entity::find().order_by_asc(note::Column::Size).stream(&db).await.unwrap();
    let sizes: Vec<i64> = stream.map_ok(|note| note.size).try_collect().await.unwrap();
    assert_eq!(sizes, (1..=count).collect::<Vec<_>>());

    let transaction = db.begin().await.unwrap();
    notes::new("unseen", 0).insert(&transaction).await.unwrap();
    {
        let mut stream = note::Entity::find().order_by_asc(note::Column::Size).stream(&transaction).await.unwrap();
        assert_eq!(stream.try_next().await.unwrap().map(|note| note.title), Some("unseen".to_owned()));
    }
    // What is left of a stream that was dropped holds nobody up.
    assert_eq!(note::Entity::find().count(&transaction).await.unwrap(), 1001);
}

#[tokio::test]
async fn an_error_within_a_stream_ends_it() {
    let db = notes::three().await;
    db.sql("UPDATE note SET title = x'ff' WHERE id = 2").execute().await.unwrap();
    let mut stream = note::Entity::find().order_by_asc(note::Column::Id).stream(&db).await.unwrap();
    assert_eq!(stream.try_next().await.unwrap().map(|note| note.id), Some(1));
    let error = stream.try_next().await.unwrap_err();
    assert!(matches!(DatabaseError::of(&error), Some(DatabaseError::Value { column, .. }) if column == "note.title"), "{error}");
}

#[tokio::test]
async fn expressions_in_filters_and_updates() {
    let db = notes::three().await;
    let doubled = note::Entity::update_many()
        .col_expr(note::Column::Size, Expr::col(note::Column::Size).mul(2))
        .filter(note::Column::Id.lte(2))
        .exec(&db)
        .await
        .unwrap();
    assert_eq!(doubled.rows_affected, 2);
    let sizes: Vec<i64> = db.sql("SELECT size FROM note ORDER BY id LIMIT 2").fetch_all().await.unwrap();
    assert_eq!(sizes, [2, 4]);
}
