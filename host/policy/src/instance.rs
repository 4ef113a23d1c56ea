//! `[instance]`.

use std::num::NonZeroUsize;
use std::str::FromStr;

use toml::de::DeValue;

use crate::table::{Entry, Wrong};
use crate::{Fault, LimitSetting};

/// A header that is the user's own: with it, whoever has it can act as the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserHeader {
    /// `cookie`, with the user's session at Temps among others.
    Cookie,
    /// `authorization`, with a token of the user's.
    Authorization,
}

/// A name that is no [`UserHeader`]'s.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` cannot be let through: only `cookie` and `authorization` can. Those of Temps are never shown, and all others are anyway"
)]
pub struct NoUserHeader {
    name: String,
}

impl FromStr for UserHeader {
    type Err = NoUserHeader;

    /// Takes a header's name, in any case.
    fn from_str(name: &str) -> Result<Self, NoUserHeader> {
        match name.trim().to_ascii_lowercase().as_str() {
            "cookie" => Ok(Self::Cookie),
            "authorization" => Ok(Self::Authorization),
            _ => Err(NoUserHeader { name: name.escape_debug().to_string() }),
        }
    }
}

/// What the table says.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    pub(crate) pass_headers: Vec<UserHeader>,
    /// The limit `instances` by another name.
    pub(crate) count: Option<LimitSetting>,
}

/// The limit that `count` sets.
pub(crate) const COUNT_LIMIT: &str = "instances";

const KEYS: &[&str] = &["pass_headers", "count"];

pub(crate) fn read(table: &Entry<'_>) -> Result<Instance, Wrong> {
    let mut instance = Instance::default();
    for entry in table.table()? {
        match entry.key {
            "pass_headers" => {
                instance.pass_headers =
                    entry.strings("instance.pass_headers", "a list of strings, such as [\"cookie\"]", |text| {
                        text.parse().map_err(Fault::Header)
                    })?;
            }
            "count" => instance.count = Some(count(&entry)?),
            _ => return Err(entry.unknown("[instance]", KEYS)),
        }
    }
    Ok(instance)
}

fn count(entry: &Entry<'_>) -> Result<LimitSetting, Wrong> {
    let number = match entry.value {
        DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok().and_then(NonZeroUsize::new),
        DeValue::String(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    let value = number.ok_or_else(|| entry.other_type("instance.count", "a whole number from 1 on"))?.to_string();
    Ok(LimitSetting { name: COUNT_LIMIT.to_owned(), value, place: entry.place() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_users_own_can_be_named() {
        assert_eq!("Cookie".parse(), Ok(UserHeader::Cookie));
        assert_eq!("AUTHORIZATION".parse(), Ok(UserHeader::Authorization));
        for name in ["x-temps-actor-token", "accept", "", "*", "cookie, authorization", "a\nb"] {
            let error = name.parse::<UserHeader>().unwrap_err().to_string();
            assert!(error.contains("only `cookie` and `authorization`") && !error.contains('\n'), "{error}");
        }
    }
}
