//! A statement, and what SQLite says of it before it runs.

use rusqlite::Statement as Prepared;

use crate::{Column, Error, Origin, Value};

/// A statement and its parameters.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) parameters: Vec<Value>,
}

impl Statement {
    /// What it occupies while it waits.
    pub(crate) fn size(&self) -> usize {
        self.sql.len() + self.parameters.iter().map(Value::size).sum::<usize>()
    }
}

/// Why a statement did not run here.
#[derive(Debug)]
pub(crate) enum Missed {
    /// It has to run on the connection that writes.
    NeedsWriter,
    /// The reader does not take it, for this error. The writer may: it sees temporary tables too.
    ByReader(Error),
    /// It is more than one statement.
    Several,
    /// It failed.
    Failed(Error),
}

impl Missed {
    /// The error for somebody who has no other connection.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::NeedsWriter => read_only(),
            Self::Several => Error::Syntax("one statement was expected, and these are several: send them as a batch".to_owned()),
            Self::ByReader(error) | Self::Failed(error) => error,
        }
    }
}

impl From<Error> for Missed {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The bytes of a statement or batch: 1 MB, SQLite's own limit for one statement.
const SQL_BYTES: usize = 1_000_000;

/// Refuses what SQLite would not read as it is.
pub(super) fn check(sql: &str) -> Result<(), Error> {
    if sql.len() > SQL_BYTES {
        return Err(Error::TooLarge(format!("SQL has at most {SQL_BYTES} bytes, and this has {}", sql.len())));
    }
    // SQLite would stop reading there.
    if sql.contains('\0') {
        return Err(Error::Syntax("SQL cannot have a zero byte in it: bind the value instead".to_owned()));
    }
    Ok(())
}

/// Whether there is a semicolon before the end.
pub(super) fn may_be_several(sql: &str) -> bool {
    sql.trim_end_matches(|end: char| end == ';' || end.is_whitespace()).contains(';')
}

/// The columns of a statement's rows.
pub(super) fn columns(statement: &Prepared<'_>) -> Vec<Column> {
    let declared = statement.columns();
    let origins = statement.columns_with_metadata();
    declared
        .iter()
        .zip(&origins)
        .map(|(column, origin)| Column {
            name: column.name().to_owned(),
            declared_type: column.decl_type().filter(|declared| !declared.is_empty()).map(str::to_owned),
            origin: match (origin.database_name(), origin.table_name(), origin.origin_name()) {
                (Some(_), Some(table), Some(column)) => Some(Origin { table: table.to_owned(), column: column.to_owned() }),
                _ => None,
            },
        })
        .collect()
}

pub(super) fn read_only() -> Error {
    Error::ReadOnly("the transaction only reads".to_owned())
}
