use sea_orm::{IntoActiveModel, Schema};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::{sea_orm, testing};

use crate::sample::{self, full, sparse};

async fn written_and_read(db: &Database) {
    for model in [sample::ordinary(), sample::smallest(), sample::largest()] {
        // `RETURNING` reads what was written.
        let returned = model.clone().into_active_model().insert(db).await.unwrap();
        assert_eq!(returned, model);
        assert_eq!(full::Entity::find_by_id(model.id).one(db).await.unwrap().as_ref(), Some(&model));

        let optional = sample::some(model);
        assert_eq!(optional.clone().into_active_model().insert(db).await.unwrap(), optional);
        assert_eq!(sparse::Entity::find_by_id(optional.id).one(db).await.unwrap(), Some(optional));
    }
    let empty = sample::none(2);
    assert_eq!(empty.clone().into_active_model().insert(db).await.unwrap(), empty);
    assert_eq!(sparse::Entity::find_by_id(2).one(db).await.unwrap(), Some(empty));
}

#[tokio::test]
async fn every_type_comes_back_from_columns_of_sqlites_few_types() {
    let db = testing::database("types").await.unwrap();
    db.execute_unprepared(&format!("{}; {}", sample::table("full"), sample::table("sparse"))).await.unwrap();
    written_and_read(&db).await;
}

#[tokio::test]
async fn every_type_comes_back_from_a_table_that_sea_orm_made() {
    let db = testing::database("types").await.unwrap();
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(full::Entity)).await.unwrap();
    db.execute(&schema.create_table_from_entity(sparse::Entity)).await.unwrap();
    // Its column for decimals is one of reals, which hold 15 digits.
    let rounded = |model: full::Model| full::Model { decimal: "0.125".parse().unwrap(), ..model };
    let model = rounded(sample::ordinary());
    assert_eq!(model.clone().into_active_model().insert(&db).await.unwrap(), model);
    assert_eq!(full::Entity::find().one(&db).await.unwrap(), Some(model));
    let optional = sample::some(rounded(sample::largest()));
    assert_eq!(optional.clone().into_active_model().insert(&db).await.unwrap(), optional);
    assert_eq!(sample::none(2).into_active_model().insert(&db).await.unwrap(), sample::none(2));
}

#[tokio::test]
async fn the_registry_builds_the_schema_too() {
    let db = testing::database("types").await.unwrap();
    let schema = Schema::new(db.get_database_backend());
    sea_orm::EntityRegistry::build_schema(schema, "database::sample::*").apply(&db).await.unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE name IN ('full', 'sparse') ORDER BY name";
    assert_eq!(db.sql(tables).fetch_all::<String>().await.unwrap(), ["full", "sparse"]);
}

#[tokio::test]
async fn a_value_that_does_not_fit_its_field_is_an_error_and_not_nothing() {
    let db = testing::database("types").await.unwrap();
    db.execute_unprepared(&sample::table("sparse")).await.unwrap();
    for (column, value, reason) in [
        ("tiny", "128", "128 is beyond i8"),
        ("unsigned", "-1", "-1 is beyond u32"),
        ("flag", "'yes'", "it holds text, which is no bool"),
        ("text", "x'00'", "it holds a blob, which is no String"),
        ("uuid", "x'00'", "1 bytes are no Uuid"),
        ("uuid", "'x'", "\"x\" is no Uuid"),
        ("utc", "'yesterday'", "\"yesterday\" is no DateTimeUtc"),
        ("date", "'2026-02-30'", "\"2026-02-30\" is no Date"),
        ("json", "'{'", "it is no JSON: EOF while parsing an object at line 1 column 1"),
        ("decimal", "'x'", "\"x\" is no Decimal"),
    ] {
        db.sql("DELETE FROM sparse").execute().await.unwrap();
        db.sql(format!("INSERT INTO sparse (id, {column}) VALUES (1, {value})")).execute().await.unwrap();
        let error = sparse::Entity::find().one(&db).await.unwrap_err();
        let Some(DatabaseError::Value { column: named, reason: said }) = DatabaseError::of(&error) else { panic!("{error}") };
        assert_eq!(named, format!("sparse.{column}"));
        assert_eq!(said.split_once(", in `SELECT ").map(|(said, _)| said), Some(reason), "{said}");
    }
}

#[tokio::test]
async fn what_other_tools_wrote_is_read() {
    let db = testing::database("types").await.unwrap();
    // Text is what SQLite would make of a number in a column of text.
    db.execute_unprepared(&sample::table("sparse").replace("date_time TEXT", "date_time INTEGER")).await.unwrap();
    db.sql("INSERT INTO sparse (id, utc, date_time, uuid, decimal, double) VALUES (1, datetime(1700000000, 'unixepoch'), 1700000000, ?, 1.5, 2)")
        .bind("00000000-0000-0000-0000-000000000007")
        .execute()
        .await
        .unwrap();
    let model = sparse::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!(model.utc.map(|utc| utc.timestamp()), Some(1_700_000_000));
    assert_eq!(model.date_time.map(|local| local.and_utc().timestamp()), Some(1_700_000_000));
    assert_eq!(model.uuid.map(|uuid| uuid.as_u128()), Some(7));
    assert_eq!(model.decimal.map(|decimal| decimal.to_string()), Some("1.5".to_owned()));
    assert_eq!(model.double, Some(2.0));
}
