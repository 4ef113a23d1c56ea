use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{DerivePartialModel, FromQueryResult, JoinType, RelationTrait, Statement};
use serde_json::json;
use temps_plugin_sdk::database::names_only;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::sea_orm;

use crate::notes::{self, comment, note};

#[derive(Debug, PartialEq, FromQueryResult)]
struct Summary {
    count: i64,
    largest: Option<i64>,
    shortest: Option<String>,
    mean: Option<f64>,
}

#[tokio::test]
async fn aggregates_are_read_as_what_they_are() {
    let db = notes::three().await;
    let summary = |db: Database| async move {
        note::Entity::find()
            .select_only()
            .column_as(note::Column::Id.count(), "count")
            .column_as(note::Column::Size.max(), "largest")
            .column_as(note::Column::Title.min(), "shortest")
            .column_as(Expr::expr(Func::avg(Expr::col(note::Column::Id))), "mean")
            .into_model::<Summary>()
            .one(&db)
            .await
            .unwrap()
            .unwrap()
    };
    let full = Summary { count: 3, largest: Some(9_007_199_254_740_993), shortest: Some("one".to_owned()), mean: Some(2.0) };
    assert_eq!(summary(db.clone()).await, full);
    note::Entity::delete_many().exec(&db).await.unwrap();
    assert_eq!(summary(db).await, Summary { count: 0, largest: None, shortest: None, mean: None });
}

#[tokio::test]
async fn tuples_are_in_the_order_of_the_selection() {
    let db = notes::three().await;
    let first = |notes: sea_orm::Select<note::Entity>| notes.order_by_asc(note::Column::Id);
    let pairs: Vec<(String, i32)> = first(note::Entity::find())
        .select_only()
        .columns([note::Column::Title, note::Column::Id])
        .into_tuple()
        .all(&db)
        .await
        .unwrap();
    assert_eq!(pairs[0], ("one".to_owned(), 1));
    let with_size: (i64, String, i32) = first(note::Entity::find())
        .select_only()
        .columns([note::Column::Size, note::Column::Title, note::Column::Id])
        .into_tuple()
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(with_size, (1, "one".to_owned(), 1));
    let count: i64 =
        note::Entity::find().select_only().column_as(note::Column::Id.count(), "n").into_tuple().one(&db).await.unwrap().unwrap();
    assert_eq!(count, 3);
}

mod member {
    use temps_plugin_sdk::sea_orm::{self, entity::prelude::*};

    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "member")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: i32,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn a_whole_entity_as_a_tuple_is_right_or_an_error() {
    let db = notes::three().await;
    db.execute_unprepared("CREATE TABLE member (user_id INTEGER, role_id INTEGER, PRIMARY KEY (user_id, role_id))")
        .await
        .unwrap();
    member::ActiveModel { user_id: Set(1), role_id: Set(2) }.insert(&db).await.unwrap();
    let pair: (i32, i32) = member::Entity::find().into_tuple().one(&db).await.unwrap().unwrap();
    assert_eq!(pair, (1, 2));
    let note = note::Entity::find().into_tuple::<(i32, String, Option<String>, i64)>().one(&db).await;
    assert!(note.is_err(), "{note:?}");
}

#[tokio::test]
async fn json_of_a_whole_entity_has_the_columns_alone() {
    let db = notes::three().await;
    let one = note::Entity::find_by_id(1).into_json().one(&db).await.unwrap();
    assert_eq!(one, Some(json!({ "id": 1, "title": "one", "body": null, "size": 1 })));

    let some = note::Entity::find_by_id(1).select_only().columns([note::Column::Title, note::Column::Id]);
    let some = some.into_json().one(&db).await.unwrap().unwrap();
    assert_eq!(some.as_object().map(|columns| columns.len()), Some(4));
    assert_eq!(names_only(some), json!({ "id": 1, "title": "one" }));
}

#[derive(Debug, PartialEq, DerivePartialModel)]
#[sea_orm(entity = "note::Entity")]
struct Heading {
    title: String,
    id: i32,
    #[sea_orm(from_expr = "Expr::col(note::Column::Size).add(1)")]
    next: i64,
}

#[derive(Debug, PartialEq, FromQueryResult)]
struct Remark {
    text: String,
    size: i64,
    on: String,
}

#[tokio::test]
async fn structs_take_a_part() {
    let db = notes::three().await;
    let heading = note::Entity::find_by_id(2).into_partial_model::<Heading>().one(&db).await.unwrap();
    assert_eq!(heading, Some(Heading { title: "two".to_owned(), id: 2, next: 3 }));

    comment::ActiveModel { id: Set(1), note_id: Set(3), text: Set("long".to_owned()) }.insert(&db).await.unwrap();
    let remark = comment::Entity::find()
        .join(JoinType::InnerJoin, comment::Relation::Note.def())
        .select_only()
        .column(comment::Column::Text)
        .column(note::Column::Size)
        .column_as(note::Column::Title, "on")
        .into_model::<Remark>()
        .one(&db)
        .await
        .unwrap();
    let expected = Remark { text: "long".to_owned(), size: 9_007_199_254_740_993, on: "three".to_owned() };
    assert_eq!(remark, Some(expected));
}

#[tokio::test]
async fn statements_of_ones_own_with_values() {
    let db = notes::three().await;
    let backend = db.get_database_backend();
    let statement =
        Statement::from_sql_and_values(backend, "SELECT title, id, body FROM note WHERE size < ? ORDER BY id", [2.into()]);
    let row = db.query_one_raw(statement.clone()).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i32>("", "id").unwrap(), 1);
    assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "one");
    assert_eq!(row.try_get_by_index::<i32>(1).unwrap(), 1);
    assert_eq!(row.try_get_by_index::<Option<String>>(2).unwrap(), None);
    assert_eq!(db.query_all_raw(statement).await.unwrap().len(), 1);

    // All columns of an entity in its order, but by hand: positions are there.
    let statement = Statement::from_string(backend, "SELECT id, title, body, size FROM note WHERE id = 2");
    let row = db.query_one_raw(statement.clone()).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<String>(1).unwrap(), "two");
    let model = note::Entity::find().from_raw_sql(statement).one(&db).await.unwrap();
    assert_eq!(model.map(|note| note.size), Some(2));

    let several = Statement::from_string(backend, "CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)");
    db.execute_raw(several).await.unwrap();
    let done = db.execute_raw(Statement::from_sql_and_values(backend, "INSERT INTO a VALUES (?)", [3.into()])).await.unwrap();
    assert_eq!((done.rows_affected(), done.last_insert_id()), (1, 3));
    let ids = "SELECT count(*) AS n FROM a";
    let row = db.query_one_raw(Statement::from_string(backend, ids)).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 3);
}
