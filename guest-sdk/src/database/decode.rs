//! From SQLite's values to sea-orm's.

use std::str::FromStr;

use chrono::{Local, Utc};
use sea_orm::Value;
use sea_orm::prelude::{Decimal, Uuid};

use super::backend;
use super::kind::Kind;
use super::moment;

/// The value of a column of this kind. `Err` says what it is instead.
pub(super) fn value(kind: Kind, value: backend::Value) -> Result<Value, String> {
    use backend::Value::{Blob, Integer, Null, Real, Text};
    Ok(match (kind, value) {
        (kind, Null) => null(kind),

        (Kind::Bool, Integer(value)) => Value::Bool(Some(value != 0)),
        (Kind::TinyInt, Integer(value)) => Value::TinyInt(Some(narrow(kind, value)?)),
        (Kind::SmallInt, Integer(value)) => Value::SmallInt(Some(narrow(kind, value)?)),
        (Kind::Int, Integer(value)) => Value::Int(Some(narrow(kind, value)?)),
        (Kind::BigInt | Kind::AsStored, Integer(value)) => Value::BigInt(Some(value)),
        (Kind::TinyUnsigned, Integer(value)) => Value::TinyUnsigned(Some(narrow(kind, value)?)),
        (Kind::SmallUnsigned, Integer(value)) => Value::SmallUnsigned(Some(narrow(kind, value)?)),
        (Kind::Unsigned, Integer(value)) => Value::Unsigned(Some(narrow(kind, value)?)),
        (Kind::BigUnsigned, Integer(value)) => Value::BigUnsigned(Some(narrow(kind, value)?)),

        (Kind::Float, Real(value)) => Value::Float(Some(single(value))),
        (Kind::Float, Integer(value)) => Value::Float(Some(single(double(value)))),
        (Kind::Double | Kind::AsStored, Real(value)) => Value::Double(Some(value)),
        (Kind::Double, Integer(value)) => Value::Double(Some(double(value))),
        (Kind::Decimal, Real(value)) => Value::Decimal(Some(Decimal::try_from(value).map_err(|_| unfit(kind, &value))?)),
        (Kind::Decimal, Integer(value)) => Value::Decimal(Some(value.into())),
        (Kind::Decimal, Text(value)) => Value::Decimal(Some(decimal(&value).ok_or_else(|| unfit(kind, &value))?)),

        (Kind::String | Kind::AsStored, Text(value)) => Value::String(Some(value)),
        (Kind::Char, Text(value)) => Value::Char(Some(character(&value).ok_or_else(|| unfit(kind, &value))?)),
        (Kind::Json, Text(value)) => json(value.as_bytes())?,
        (Kind::Json, Blob(value)) => json(&value)?,
        (Kind::Bytes | Kind::AsStored, Blob(value)) => Value::Bytes(Some(value)),
        (Kind::Bytes, Text(value)) => Value::Bytes(Some(value.into_bytes())),
        (Kind::Uuid, Blob(value)) => {
            Value::Uuid(Some(Uuid::from_slice(&value).map_err(|_| format!("{} bytes are no Uuid", value.len()))?))
        }
        (Kind::Uuid, Text(value)) => Value::Uuid(Some(Uuid::parse_str(&value).map_err(|_| unfit(kind, &value))?)),

        (Kind::Date, Text(value)) => Value::ChronoDate(Some(moment::date(&value).ok_or_else(|| unfit(kind, &value))?)),
        (Kind::Time, Text(value)) => Value::ChronoTime(Some(moment::time(&value).ok_or_else(|| unfit(kind, &value))?)),
        (Kind::DateTime, value) => Value::ChronoDateTime(Some(instant(kind, &value)?.naive_local())),
        (Kind::DateTimeUtc, value) => Value::ChronoDateTimeUtc(Some(instant(kind, &value)?.with_timezone(&Utc))),
        (Kind::DateTimeLocal, value) => Value::ChronoDateTimeLocal(Some(instant(kind, &value)?.with_timezone(&Local))),
        (Kind::DateTimeWithTimeZone, value) => Value::ChronoDateTimeWithTimeZone(Some(instant(kind, &value)?)),

        (kind, value) => return Err(format!("it holds {}, which is no {}", value.class(), kind.name())),
    })
}

/// SQL's NULL. The variant does not matter to who reads it, only to who looks at the row.
fn null(kind: Kind) -> Value {
    match kind {
        Kind::Bool => Value::Bool(None),
        Kind::TinyInt => Value::TinyInt(None),
        Kind::SmallInt => Value::SmallInt(None),
        Kind::Int => Value::Int(None),
        Kind::BigInt => Value::BigInt(None),
        Kind::TinyUnsigned => Value::TinyUnsigned(None),
        Kind::SmallUnsigned => Value::SmallUnsigned(None),
        Kind::Unsigned => Value::Unsigned(None),
        Kind::BigUnsigned => Value::BigUnsigned(None),
        Kind::Float => Value::Float(None),
        Kind::Double => Value::Double(None),
        Kind::String | Kind::AsStored => Value::String(None),
        Kind::Char => Value::Char(None),
        Kind::Bytes => Value::Bytes(None),
        Kind::Json => Value::Json(None),
        Kind::Date => Value::ChronoDate(None),
        Kind::Time => Value::ChronoTime(None),
        Kind::DateTime => Value::ChronoDateTime(None),
        Kind::DateTimeUtc => Value::ChronoDateTimeUtc(None),
        Kind::DateTimeLocal => Value::ChronoDateTimeLocal(None),
        Kind::DateTimeWithTimeZone => Value::ChronoDateTimeWithTimeZone(None),
        Kind::Uuid => Value::Uuid(None),
        Kind::Decimal => Value::Decimal(None),
    }
}

fn unfit(kind: Kind, value: &impl std::fmt::Debug) -> String {
    format!("{value:?} is no {}", kind.name())
}

fn narrow<T: TryFrom<i64>>(kind: Kind, value: i64) -> Result<T, String> {
    T::try_from(value).map_err(|_| {
        // A column that only its declaration speaks for: which of the two it is cannot depend on the value.
        let advice = if kind == Kind::Int { ": declare the column BIGINT, or give the table an entity with i64" } else { "" };
        format!("{value} is beyond {}{advice}", kind.name())
    })
}

/// What an f32 was stored from it is again.
fn single(value: f64) -> f32 {
    value as f32
}

/// An integer in a column of reals is what SQLite made of one.
fn double(value: i64) -> f64 {
    value as f64
}

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

fn character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    let value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
    Ok(Value::Json(Some(Box::new(value))))
}

fn instant(kind: Kind, value: &backend::Value) -> Result<moment::Instant, String> {
    let instant = match value {
        backend::Value::Text(text) => moment::instant(text),
        backend::Value::Integer(seconds) => moment::since_epoch(*seconds),
        backend::Value::Real(days) => moment::julian(*days),
        backend::Value::Blob(_) | backend::Value::Null => None,
    };
    instant.ok_or_else(|| match value {
        backend::Value::Text(text) => unfit(kind, text),
        backend::Value::Integer(seconds) => unfit(kind, seconds),
        backend::Value::Real(days) => unfit(kind, days),
        backend::Value::Blob(_) | backend::Value::Null => format!("it holds {}, which is no {}", value.class(), kind.name()),
    })
}
