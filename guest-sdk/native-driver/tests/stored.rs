//! What is stored, against sea-orm's own driver: a native plugin's file and a component's are the same.

use sea_orm::{DbBackend, IntoActiveModel, Iterable, QueryTrait};
use sea_query_sqlx::SqlxValues;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Row};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::{sea_orm, testing};

#[path = "../../tests/database/sample.rs"]
mod sample;

use sample::{full, sparse};

/// Selects every column with its storage class, as SQLite writes it.
fn quoted<E: EntityTrait>(table: &str) -> String {
    let columns = E::Column::iter().map(|column| {
        let name = sea_orm::IdenStatic::as_str(&column);
        format!("'{name} ' || typeof({name}) || ' ' || quote({name})")
    });
    format!("SELECT {} AS stored FROM {table}", columns.collect::<Vec<_>>().join(" || char(10) || "))
}

/// What each of the two stores for a model.
async fn stored<E>(db: &Database, driver: &mut SqliteConnection, table: &str, model: E::ActiveModel) -> (String, String)
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let statement = E::insert(model).build(DbBackend::Sqlite);
    let values = SqlxValues(statement.values.clone().unwrap());
    sqlx::query_with(AssertSqlSafe(statement.sql.clone()), values).execute(&mut *driver).await.unwrap();
    db.execute_raw(statement).await.unwrap();

    let quoted = quoted::<E>(table);
    let expected = sqlx::query(AssertSqlSafe(quoted.clone())).fetch_one(&mut *driver).await.unwrap().get(0);
    let found = db.sql(quoted).fetch_one().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *driver).await.unwrap();
    db.sql(format!("DELETE FROM {table}")).execute().await.unwrap();
    (found, expected)
}

async fn agrees(tables: &str) {
    let db = testing::database("types").await.unwrap();
    let mut driver = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    db.execute_unprepared(tables).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(tables.to_owned())).execute(&mut driver).await.unwrap();

    for model in [sample::ordinary(), sample::smallest(), sample::largest()] {
        let optional = sample::some(model.clone()).into_active_model();
        let (found, expected) = stored::<full::Entity>(&db, &mut driver, "full", model.into_active_model()).await;
        assert_eq!(found, expected);
        let (found, expected) = stored::<sparse::Entity>(&db, &mut driver, "sparse", optional).await;
        assert_eq!(found, expected);
    }
    let none = sample::none(1).into_active_model();
    let (found, expected) = stored::<sparse::Entity>(&db, &mut driver, "sparse", none).await;
    assert_eq!(found, expected);
    assert!(found.contains("text null NULL"), "{found}");
}

#[tokio::test]
async fn values_are_stored_alike_in_columns_of_sqlites_few_types() {
    agrees(&format!("{}; {}", sample::table("full"), sample::table("sparse"))).await;
}

#[tokio::test]
async fn values_are_stored_alike_in_tables_that_sea_orm_made() {
    let schema = sea_orm::Schema::new(DbBackend::Sqlite);
    let full = DbBackend::Sqlite.build(&schema.create_table_from_entity(full::Entity)).sql;
    let sparse = DbBackend::Sqlite.build(&schema.create_table_from_entity(sparse::Entity)).sql;
    agrees(&format!("{full}; {sparse}")).await;
}
