//! An entity with a field of every type, and one with each of them optional. `TextUuid` is not among those: sea-orm itself cannot read it as
//! an `Option`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use temps_plugin_sdk::sea_orm;

#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
pub enum Word {
    #[sea_orm(string_value = "yes")]
    Yes,
    #[sea_orm(string_value = "no")]
    No,
}

#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Level {
    #[sea_orm(num_value = 0)]
    Low,
    #[sea_orm(num_value = 1)]
    High,
}

#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "Enum", db_type = "Enum", enum_name = "shade")]
pub enum Shade {
    #[sea_orm(string_value = "dark")]
    Dark,
    #[sea_orm(string_value = "light")]
    Light,
}

#[derive(Debug, Clone, PartialEq, Eq, DeriveValueType)]
pub struct Title(pub String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, DeriveValueType)]
pub struct Count(pub i64);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Detail {
    pub tags: Vec<String>,
}

pub mod full {
    use super::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "full")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub flag: bool,
        pub tiny: i8,
        pub small: i16,
        pub int: i32,
        pub big: i64,
        pub tiny_unsigned: u8,
        pub small_unsigned: u16,
        pub unsigned: u32,
        pub float: f32,
        pub double: f64,
        pub text: String,
        pub bytes: Vec<u8>,
        pub date: Date,
        pub time: Time,
        pub date_time: DateTime,
        pub utc: DateTimeUtc,
        pub fixed: DateTimeWithTimeZone,
        pub local: DateTimeLocal,
        pub uuid: Uuid,
        pub json: Json,
        #[sea_orm(column_type = "Decimal(None)")]
        pub decimal: Decimal,
        pub word: Word,
        pub level: Level,
        pub shade: Shade,
        pub title: Title,
        pub count: Count,
        pub detail: Detail,
        pub stamp: ChronoUnixTimestampMillis,
        pub text_uuid: TextUuid,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod sparse {
    use super::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sparse")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub flag: Option<bool>,
        pub tiny: Option<i8>,
        pub small: Option<i16>,
        pub int: Option<i32>,
        pub big: Option<i64>,
        pub tiny_unsigned: Option<u8>,
        pub small_unsigned: Option<u16>,
        pub unsigned: Option<u32>,
        pub float: Option<f32>,
        pub double: Option<f64>,
        pub text: Option<String>,
        pub bytes: Option<Vec<u8>>,
        pub date: Option<Date>,
        pub time: Option<Time>,
        pub date_time: Option<DateTime>,
        pub utc: Option<DateTimeUtc>,
        pub fixed: Option<DateTimeWithTimeZone>,
        pub local: Option<DateTimeLocal>,
        pub uuid: Option<Uuid>,
        pub json: Option<Json>,
        #[sea_orm(column_type = "Decimal(None)", nullable)]
        pub decimal: Option<Decimal>,
        pub word: Option<Word>,
        pub level: Option<Level>,
        pub shade: Option<Shade>,
        pub title: Option<Title>,
        pub count: Option<Count>,
        pub detail: Option<Detail>,
        pub stamp: Option<ChronoUnixTimestampMillis>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The columns after `id` as an author writes them, with SQLite's few types.
const COLUMNS: &str = "flag INTEGER, tiny INTEGER, small INTEGER, int INTEGER, big INTEGER, tiny_unsigned INTEGER, \
    small_unsigned INTEGER, unsigned INTEGER, float REAL, double REAL, text TEXT, bytes BLOB, date TEXT, time TEXT, date_time TEXT, \
    utc TEXT, fixed TEXT, local TEXT, uuid BLOB, json TEXT, decimal TEXT, word TEXT, level INTEGER, shade TEXT, title TEXT, \
    count INTEGER, detail TEXT, stamp INTEGER, text_uuid TEXT";

/// A table for `full` or `sparse`.
pub fn table(name: &str) -> String {
    format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY AUTOINCREMENT, {COLUMNS})")
}

fn fixed(text: &str) -> DateTimeWithTimeZone {
    chrono::DateTime::parse_from_rfc3339(text).unwrap()
}

/// Ordinary values, some of them empty.
pub fn ordinary() -> full::Model {
    let fixed = fixed("2026-03-04T05:06:07.123456789+05:30");
    full::Model {
        id: 1,
        flag: true,
        tiny: -1,
        small: -2,
        int: -3,
        big: -4,
        tiny_unsigned: 1,
        small_unsigned: 2,
        unsigned: 3,
        float: 0.1,
        double: 0.1,
        text: "it's \u{1f980}".to_owned(),
        bytes: Vec::new(),
        date: fixed.date_naive(),
        time: fixed.time(),
        date_time: fixed.naive_local(),
        utc: fixed.to_utc(),
        fixed,
        local: fixed.with_timezone(&chrono::Local),
        uuid: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        json: serde_json::json!({ "list": [1, null, "x"], "nested": { "é": 1.5 } }),
        decimal: "12345678901234567890.125".parse().unwrap(),
        word: Word::Yes,
        level: Level::High,
        shade: Shade::Light,
        title: Title("a title".to_owned()),
        count: Count(5),
        detail: Detail { tags: vec!["a".to_owned(), "b".to_owned()] },
        stamp: ChronoUnixTimestampMillis(chrono::DateTime::from_timestamp_millis(1_700_000_000_123).unwrap()),
        text_uuid: TextUuid(Uuid::from_u128(7)),
    }
}

/// The ends of what the types hold.
pub fn smallest() -> full::Model {
    full::Model {
        id: i32::MIN,
        flag: false,
        tiny: i8::MIN,
        small: i16::MIN,
        int: i32::MIN,
        big: i64::MIN,
        tiny_unsigned: 0,
        small_unsigned: 0,
        unsigned: 0,
        float: f32::MIN_POSITIVE,
        double: f64::MIN,
        text: String::new(),
        bytes: vec![0],
        date: chrono::NaiveDate::from_ymd_opt(1, 1, 1).unwrap(),
        time: chrono::NaiveTime::MIN,
        utc: fixed("0001-01-01T00:00:00Z").to_utc(),
        uuid: Uuid::nil(),
        json: Json::Null,
        decimal: Decimal::ZERO,
        word: Word::No,
        level: Level::Low,
        shade: Shade::Dark,
        title: Title(String::new()),
        count: Count(i64::MIN),
        detail: Detail { tags: Vec::new() },
        ..ordinary()
    }
}

/// The other ends.
pub fn largest() -> full::Model {
    full::Model {
        id: i32::MAX,
        tiny: i8::MAX,
        small: i16::MAX,
        int: i32::MAX,
        big: i64::MAX,
        tiny_unsigned: u8::MAX,
        small_unsigned: u16::MAX,
        unsigned: u32::MAX,
        float: f32::MAX,
        double: f64::MAX,
        bytes: (0..=255).collect(),
        utc: fixed("9999-12-31T23:59:59.999Z").to_utc(),
        time: chrono::NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap(),
        uuid: Uuid::max(),
        count: Count(i64::MAX),
        ..ordinary()
    }
}

/// The same with everything there.
pub fn some(model: full::Model) -> sparse::Model {
    sparse::Model {
        id: model.id,
        flag: Some(model.flag),
        tiny: Some(model.tiny),
        small: Some(model.small),
        int: Some(model.int),
        big: Some(model.big),
        tiny_unsigned: Some(model.tiny_unsigned),
        small_unsigned: Some(model.small_unsigned),
        unsigned: Some(model.unsigned),
        float: Some(model.float),
        double: Some(model.double),
        text: Some(model.text),
        bytes: Some(model.bytes),
        date: Some(model.date),
        time: Some(model.time),
        date_time: Some(model.date_time),
        utc: Some(model.utc),
        fixed: Some(model.fixed),
        local: Some(model.local),
        uuid: Some(model.uuid),
        json: Some(model.json),
        decimal: Some(model.decimal),
        word: Some(model.word),
        level: Some(model.level),
        shade: Some(model.shade),
        title: Some(model.title),
        count: Some(model.count),
        detail: Some(model.detail),
        stamp: Some(model.stamp),
    }
}

/// Nothing but a key.
pub fn none(id: i32) -> sparse::Model {
    sparse::Model {
        id,
        flag: None,
        tiny: None,
        small: None,
        int: None,
        big: None,
        tiny_unsigned: None,
        small_unsigned: None,
        unsigned: None,
        float: None,
        double: None,
        text: None,
        bytes: None,
        date: None,
        time: None,
        date_time: None,
        utc: None,
        fixed: None,
        local: None,
        uuid: None,
        json: None,
        decimal: None,
        word: None,
        level: None,
        shade: None,
        title: None,
        count: None,
        detail: None,
        stamp: None,
    }
}
