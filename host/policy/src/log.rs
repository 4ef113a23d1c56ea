//! `[log]`.

use std::str::FromStr;

use crate::Fault;
use crate::table::{Entry, Wrong};

/// The least important lines that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogLevel {
    /// None at all.
    Off,
    /// Errors.
    Error,
    /// Warnings too.
    Warn,
    /// What an operator may want to know, which is the default.
    Info,
    /// What helps to find a fault.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    const ALL: [Self; 6] = [Self::Off, Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    pub(crate) const TEXTS: [&str; 6] = {
        let [a, b, c, d, e, f] = Self::ALL;
        [a.text(), b.text(), c.text(), d.text(), e.text(), f.text()]
    };

    /// As it is written in the file, which is also how `RUST_LOG` has it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl FromStr for LogLevel {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Self::ALL.into_iter().find(|level| level.text() == text).ok_or_else(|| Fault::LogLevel { text: text.to_owned() })
    }
}

const KEYS: &[&str] = &["level"];

pub(crate) fn read(table: &Entry<'_>) -> Result<Option<LogLevel>, Wrong> {
    let mut level = None;
    for entry in table.table()? {
        match entry.key {
            "level" => {
                let text = entry.string("log.level", "a string, such as \"info\"")?;
                level = Some(text.parse().map_err(|fault| entry.wrong_value(fault))?);
            }
            _ => return Err(entry.unknown("[log]", KEYS)),
        }
    }
    Ok(level)
}
