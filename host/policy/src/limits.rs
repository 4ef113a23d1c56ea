//! `[limits]`.

use toml::de::DeValue;

use crate::Place;
use crate::table::{Entry, Wrong};

/// A limit as it is written. Which there are, and which values each takes, is for [`Policy::set_limits`](crate::Policy::set_limits) to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSetting {
    /// Its name.
    pub name: String,
    /// Its value: the string, or the number in decimals.
    pub value: String,
    /// Where it is set.
    pub place: Place,
}

pub(crate) fn read(table: &Entry<'_>) -> Result<Vec<LimitSetting>, Wrong> {
    table.table()?.iter().map(setting).collect()
}

fn setting(entry: &Entry<'_>) -> Result<LimitSetting, Wrong> {
    let value = match entry.value {
        DeValue::String(text) => Some(text.to_string()),
        // Not all that the parser takes for a number is one.
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string()),
        DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    };
    let expected = "a string with a unit, such as \"256MiB\" or \"30s\", or a whole number from 1 on";
    let value = value.ok_or_else(|| entry.other_type(format!("limits.{}", entry.key), expected))?;
    Ok(LimitSetting { name: entry.key.to_owned(), value, place: entry.place() })
}
