//! What runs a plugin's statements: the launcher in a component, SQLite itself in tests.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::BoxStream;

use super::{Changes, DatabaseError};

/// A value in one of SQLite's storage classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    /// The storage class, for messages.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer(_) => "an integer",
            Self::Real(_) => "a real",
            Self::Text(_) => "text",
            Self::Blob(_) => "a blob",
        }
    }
}

/// A column of a result.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The type that the table declares; none for an expression.
    pub(crate) declared_type: Option<String>,
    /// The column of a table that it comes from; none for an expression.
    pub(crate) origin: Option<Origin>,
}

#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) table: String,
    pub(crate) column: String,
}

/// A whole result: as many values to a row as there are columns.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) columns: Vec<Column>,
    pub(crate) values: Vec<Value>,
}

/// A result whose rows come over time.
pub(crate) struct RowStream {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: BoxStream<'static, Result<Vec<Value>, DatabaseError>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

pub(crate) type Answer<'a, T> = BoxFuture<'a, Result<T, DatabaseError>>;

/// Runs statements, as `temps:plugin/sqlite` says.
pub(crate) trait Statements: Send + Sync {
    fn execute(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, Changes>;
    fn query(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, Rows>;
    fn query_stream(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, RowStream>;
    fn batch(&self, sql: String) -> Answer<'_, Changes>;
}

/// An open database.
pub(crate) trait Connection: Statements {
    fn begin(&self, access: Access) -> Answer<'_, Arc<dyn Transaction>>;
}

/// A transaction that is rolled back when it is dropped.
pub(crate) trait Transaction: Statements {
    fn commit(&self) -> Answer<'_, ()>;
    fn rollback(&self) -> Answer<'_, ()>;
}
