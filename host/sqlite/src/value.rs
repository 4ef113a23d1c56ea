//! What goes into a statement and comes out of it.

/// A value, in one of SQLite's storage classes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number. SQLite has no NaN: it becomes null.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// What a value counts against the limits, beside its bytes: the room of its place in a list.
    pub(crate) const FIXED: usize = 16;

    /// The value's bytes.
    pub(crate) fn size(&self) -> usize {
        Self::FIXED
            + match self {
                Self::Null | Self::Integer(_) | Self::Real(_) => 0,
                Self::Text(text) => text.len(),
                Self::Blob(bytes) => bytes.len(),
            }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The column of a table that a result's column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The table.
    pub table: String,
    /// The table's column.
    pub column: String,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the result.
    pub name: String,
    /// The type that the table declares, as it was written. None for an expression.
    pub declared_type: Option<String>,
    /// None for an expression.
    pub origin: Option<Origin>,
}

/// A whole result.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The columns.
    pub columns: Vec<Column>,
    /// Row by row, as many values to a row as there are columns.
    pub values: Vec<Value>,
}

/// What a statement changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Rows that it inserted, updated or deleted, without those of triggers and foreign keys.
    pub rows_affected: u64,
    /// The rowid of the row that was inserted last on its connection; of no meaning for other statements.
    pub last_insert_rowid: i64,
}

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read a snapshot, beside all others.
    Read,
    /// Write. There is one such transaction at a time.
    Write,
}
