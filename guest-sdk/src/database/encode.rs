//! From sea-orm's values to SQLite's: byte for byte what sea-orm's own SQLite driver binds, so that a file can change hands.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone};
use sea_orm::Value;
use sea_orm::sea_query::OptionEnum;

use super::DatabaseError;
use super::backend;

/// The parameters of a statement.
pub(super) fn parameters(values: impl IntoIterator<Item = Value>) -> Result<Vec<backend::Value>, DatabaseError> {
    let values = values.into_iter().enumerate();
    values
        .map(|(index, value)| parameter(value).map_err(|reason| DatabaseError::Parameter { position: index + 1, reason }))
        .collect()
}

fn parameter(value: Value) -> Result<backend::Value, String> {
    Ok(match value {
        Value::Bool(value) => integer(value),
        Value::TinyInt(value) => integer(value),
        Value::SmallInt(value) => integer(value),
        Value::Int(value) => integer(value),
        Value::BigInt(value) => integer(value),
        Value::TinyUnsigned(value) => integer(value),
        Value::SmallUnsigned(value) => integer(value),
        Value::Unsigned(value) => integer(value),
        Value::BigUnsigned(None) => backend::Value::Null,
        Value::BigUnsigned(Some(value)) => match i64::try_from(value) {
            Ok(value) => backend::Value::Integer(value),
            Err(_) => return Err(format!("{value} is beyond {}, the largest integer of SQLite: bind it as text", i64::MAX)),
        },
        Value::Float(value) => real(value),
        Value::Double(value) => real(value),
        Value::String(value) => text(value),
        Value::Enum(OptionEnum::Some(value)) => backend::Value::Text(value.value.into_owned()),
        Value::Enum(OptionEnum::None(_)) => backend::Value::Null,
        Value::Char(value) => text(value.map(String::from)),
        Value::Bytes(value) => value.map_or(backend::Value::Null, backend::Value::Blob),
        Value::Json(value) => text(value.map(|value| value.to_string())),
        Value::ChronoDate(value) => text(value.as_ref().map(date)),
        Value::ChronoTime(value) => text(value.as_ref().map(time)),
        Value::ChronoDateTime(value) => text(value.as_ref().map(date_time)),
        Value::ChronoDateTimeUtc(value) => text(value.as_ref().map(instant)),
        Value::ChronoDateTimeLocal(value) => text(value.as_ref().map(instant)),
        Value::ChronoDateTimeWithTimeZone(value) => text(value.as_ref().map(instant)),
        Value::Uuid(value) => value.map_or(backend::Value::Null, |value| backend::Value::Blob(value.as_bytes().to_vec())),
        Value::Decimal(value) => text(value.map(|value| value.to_string())),
        #[allow(unreachable_patterns, reason = "features that another crate turns on add variants")]
        _ => return Err("SQLite has no form for it".to_owned()),
    })
}

fn integer(value: Option<impl Into<i64>>) -> backend::Value {
    value.map_or(backend::Value::Null, |value| backend::Value::Integer(value.into()))
}

fn real(value: Option<impl Into<f64>>) -> backend::Value {
    value.map_or(backend::Value::Null, |value| backend::Value::Real(value.into()))
}

fn text(value: Option<String>) -> backend::Value {
    value.map_or(backend::Value::Null, backend::Value::Text)
}

fn date(value: &NaiveDate) -> String {
    value.format("%F").to_string()
}

fn time(value: &NaiveTime) -> String {
    value.format("%T%.f").to_string()
}

fn date_time(value: &NaiveDateTime) -> String {
    value.format("%F %T%.f").to_string()
}

fn instant<Zone: TimeZone>(value: &DateTime<Zone>) -> String
where
    Zone::Offset: std::fmt::Display,
{
    value.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_beyond_sqlites_is_refused_with_its_place() {
        let largest = u64::try_from(i64::MAX).unwrap();
        assert_eq!(parameters([Value::from(largest)]).unwrap(), [backend::Value::Integer(i64::MAX)]);
        let error = parameters([Value::from(1), Value::from(largest + 1)]).unwrap_err();
        assert!(matches!(&error, DatabaseError::Parameter { position: 2, .. }), "{error}");
    }

    #[test]
    fn none_of_any_type_is_null() {
        let values = [Value::Int(None), Value::BigUnsigned(None), Value::Json(None), Value::Bytes(None), Value::Uuid(None)];
        assert!(parameters(values).unwrap().iter().all(|value| *value == backend::Value::Null));
    }
}
