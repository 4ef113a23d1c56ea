use futures::{StreamExt, TryStreamExt};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel, TransactionError};
use serde::Deserialize;
use temps_plugin_sdk::database::Constraint;
use temps_plugin_sdk::prelude::*;

use crate::note::State;
use crate::{note, remark};

type Check = Result<(), DbErr>;

/// Fails a check with both sides.
fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Check {
    if found == expected { Ok(()) } else { Err(DbErr::Custom(format!("found {found:?}, expected {expected:?}"))) }
}

fn model(title: &str) -> note::Model {
    note::Model {
        id: 1,
        title: title.to_owned(),
        state: State::Open,
        size: 1,
        small: None,
        ratio: 0.1,
        pinned: true,
        bytes: Vec::new(),
        created: DateTimeUtc::UNIX_EPOCH,
        due: None,
        uuid: Uuid::from_u128(7),
        more: serde_json::json!({ "list": [1, 2.5, null] }),
        price: Decimal::new(125, 2),
    }
}

pub fn note(title: &str) -> note::ActiveModel {
    note::ActiveModel { id: NotSet, ..model(title).into_active_model() }
}

pub async fn types(db: &Database) -> Check {
    let ends = note::Model {
        id: i32::MAX,
        state: State::Done,
        size: i64::MIN,
        small: Some(u8::MAX),
        pinned: false,
        bytes: (0..=255).collect(),
        due: Date::from_ymd_opt(2026, 2, 28),
        ..model("ends")
    };
    for model in [model("plain"), ends, note::Model { id: 5, size: (1 << 53) + 1, ..model("exact") }] {
        same(model.clone().into_active_model().insert(db).await?, model.clone())?;
        same(note::Entity::find_by_id(model.id).one(db).await?, Some(model))?;
    }
    Ok(())
}

pub async fn operations(db: &Database) -> Check {
    note::Entity::insert_many(["a", "b", "c"].map(note)).exec(db).await?;
    let upsert = OnConflict::column(note::Column::Title).update_column(note::Column::Size).to_owned();
    let bigger = note::ActiveModel { size: Set(9), ..note("b") };
    same(note::Entity::insert(bigger).on_conflict(upsert).exec_with_returning(db).await?.id, 2)?;

    let largest: (i64, Option<i64>) = note::Entity::find()
        .select_only()
        .column_as(note::Column::Id.count(), "n")
        .column_as(note::Column::Size.max(), "largest")
        .into_tuple()
        .one(db)
        .await?
        .unwrap_or_default();
    same(largest, (3, Some(9)))?;
    let pair: Option<(String, i32)> =
        note::Entity::find_by_id(3).select_only().columns([note::Column::Title, note::Column::Id]).into_tuple().one(db).await?;
    same(pair, Some(("c".to_owned(), 3)))?;

    remark::ActiveModel { id: Set(i64::MAX), note_id: Set(2), text: Set("x".to_owned()) }.insert(db).await?;
    let joined = note::Entity::find().find_with_related(remark::Entity).order_by_asc(note::Column::Id).all(db).await?;
    same(joined.iter().map(|(_, remarks)| remarks.len()).collect(), vec![0, 1, 0])?;
    let also = remark::Entity::find().find_also_related(note::Entity).one(db).await?;
    same(also.and_then(|(remark, note)| Some((remark.id, note?.state))), Some((i64::MAX, State::Open)))?;

    let pages = note::Entity::find().filter(note::Column::Pinned.eq(true)).order_by_desc(note::Column::Id).paginate(db, 2);
    same(pages.num_pages().await?, 2)?;
    same(pages.fetch_page(1).await?.into_iter().map(|note| note.id).collect(), vec![1])?;
    let deleted = note::Entity::delete_many().filter(note::Column::Size.lt(9)).exec(db).await?;
    same(deleted.rows_affected, 2)
}

pub async fn transactions(db: &Database) -> Check {
    let outer = db.begin().await?;
    note("outer").insert(&outer).await?;
    let nested = outer.begin().await?;
    note("kept").insert(&nested).await?;
    nested.commit().await?;
    let nested = outer.begin().await?;
    note("dropped").insert(&nested).await?;
    drop(nested);
    same(note::Entity::find().count(&outer).await?, 2)?;
    same(note::Entity::find().count(db).await?, 0)?;
    outer.commit().await?;

    let undone = db.begin().await?;
    note("undone").insert(&undone).await?;
    undone.rollback().await?;
    let dropped = db.begin().await?;
    note("dropped").insert(&dropped).await?;
    drop(dropped);
    let failed = db
        .transaction::<_, (), DbErr>(|transaction| {
            Box::pin(async move {
                note("failed").insert(transaction).await?;
                note("kept").insert(transaction).await.map(drop)
            })
        })
        .await;
    same(matches!(failed, Err(TransactionError::Transaction(_))), true)?;
    let titles: Vec<String> = db.sql("SELECT title FROM note ORDER BY id").fetch_all().await?;
    same(titles, vec!["outer".to_owned(), "kept".to_owned()])
}

pub async fn streams(db: &Database) -> Check {
    let numbers =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, 'row ' || i AS text FROM n";
    let mut stream = db.sql(numbers).fetch::<(u64, String)>().boxed();
    let mut sum = 0;
    while let Some((i, text)) = stream.try_next().await? {
        same(text, format!("row {i}"))?;
        sum += i;
    }
    same(sum, 5000 * 5001 / 2)?;
    drop(stream);

    note::Entity::insert_many((0..600).map(|i| note(&i.to_string()))).exec(db).await?;
    let all: Vec<note::Model> = note::Entity::find().stream(db).await?.try_collect().await?;
    same(all.len(), 600)?;
    let transaction = db.begin().await?;
    {
        let mut stream = note::Entity::find().order_by_asc(note::Column::Id).stream(&transaction).await?;
        same(stream.try_next().await?.map(|note| note.id), Some(1))?;
    }
    note("after").insert(&transaction).await?;
    transaction.commit().await
}

pub async fn errors(db: &Database) -> Check {
    note("a").insert(db).await?;
    let twice = note("a").insert(db).await.err().as_ref().and_then(DatabaseError::of);
    same(matches!(twice, Some(DatabaseError::Constraint { constraint: Constraint::Unique, .. })), true)?;
    db.sql("UPDATE note SET small = 256").execute().await?;
    let beyond = note::Entity::find().one(db).await.err().as_ref().and_then(DatabaseError::of);
    let Some(DatabaseError::Value { column, reason }) = beyond else { return same(beyond, None) };
    same(column.as_str(), "note.small")?;
    same(reason.starts_with("256 is beyond u8, in `SELECT "), true)?;
    let denied = db.sql("ATTACH 'x' AS x").execute().await;
    same(matches!(denied, Err(DatabaseError::Denied(_))), true)?;
    let syntax = db.sql("SELEC\n  1").execute().await;
    same(matches!(syntax, Err(DatabaseError::Syntax(words)) if words.ends_with(", in `SELEC 1`")), true)
}

#[derive(Debug, PartialEq, Deserialize)]
struct Heading {
    title: String,
    pinned: bool,
    small: Option<u8>,
}

pub async fn sql(db: &Database) -> Check {
    note("a").insert(db).await?;
    let one: Heading = db.sql("SELECT * FROM note WHERE uuid = ?").bind(Uuid::from_u128(7)).fetch_one().await?;
    same(one, Heading { title: "a".to_owned(), pinned: true, small: None })?;
    let json: serde_json::Value = db.sql("SELECT title, small, size FROM note").fetch_one().await?;
    same(json, serde_json::json!({ "title": "a", "small": null, "size": 1 }))
}
