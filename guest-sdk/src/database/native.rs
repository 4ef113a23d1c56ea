//! SQLite itself, for tests: the code that the launcher runs, with its limits and refusals.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use tempfile::TempDir;
use temps_plugin_sqlite as sqlite;

use super::backend::{Access, Answer, Column, Connection, Origin, RowStream, Rows, Statements, Transaction, Value};
use super::{Changes, Constraint, DatabaseError};

/// Opens databases in a folder.
#[derive(Debug)]
pub(crate) struct Opener {
    /// None until one is opened in a temporary folder.
    folder: Mutex<Option<Folder>>,
}

#[derive(Debug, Clone)]
struct Folder {
    databases: sqlite::Databases,
    /// Removed with the last who uses it.
    _temporary: Option<Arc<TempDir>>,
}

impl Folder {
    fn kept(path: &Path) -> Self {
        Self { databases: sqlite::Databases::new(path, sqlite::Settings::default()), _temporary: None }
    }

    fn temporary() -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("temps-plugin-").tempdir()?;
        let databases = Self::kept(folder.path()).databases;
        Ok(Self { databases, _temporary: Some(Arc::new(folder)) })
    }
}

impl Opener {
    /// In a folder that stays.
    pub(crate) fn kept(path: &Path) -> Self {
        Self { folder: Mutex::new(Some(Folder::kept(path))) }
    }

    /// In a folder that lasts as long as this, and the databases in it.
    pub(crate) fn temporary() -> Self {
        Self { folder: Mutex::new(None) }
    }

    pub(crate) async fn open(&self, label: String) -> Result<Arc<dyn Connection>, DatabaseError> {
        let folder = self.folder()?;
        let label = sqlite::Label::new(&label)?;
        let database = folder.databases.open(label).await?;
        Ok(Arc::new(Open { database, _folder: folder }))
    }

    fn folder(&self) -> Result<Folder, DatabaseError> {
        let mut made = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &*made {
            return Ok(folder.clone());
        }
        let folder = Folder::temporary();
        let folder = folder.map_err(|error| DatabaseError::Other(format!("cannot make a temporary folder: {error}")))?;
        Ok(made.insert(folder).clone())
    }
}

struct Open {
    database: sqlite::Database,
    _folder: Folder,
}

impl Connection for Open {
    fn begin(&self, access: Access) -> Answer<'_, Arc<dyn Transaction>> {
        let access = match access {
            Access::Read => sqlite::Access::Read,
            Access::Write => sqlite::Access::Write,
        };
        async move {
            let transaction: Arc<dyn Transaction> = Arc::new(Begun(self.database.begin(access).await?));
            Ok(transaction)
        }
        .boxed()
    }
}

struct Begun(sqlite::Transaction);

impl Transaction for Begun {
    fn commit(&self) -> Answer<'_, ()> {
        async { Ok(self.0.commit().await?) }.boxed()
    }

    fn rollback(&self) -> Answer<'_, ()> {
        async { Ok(self.0.rollback().await?) }.boxed()
    }
}

macro_rules! statements {
    ($type:ty, $inner:tt) => {
        impl Statements for $type {
            fn execute(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, Changes> {
                async { Ok(self.$inner.execute(sql, from_values(parameters)).await?.into()) }.boxed()
            }

            fn query(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, Rows> {
                async { Ok(self.$inner.query(sql, from_values(parameters)).await?.into()) }.boxed()
            }

            fn query_stream(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, RowStream> {
                async {
                    let (columns, rows) = self.$inner.query_stream(sql, from_values(parameters)).await?;
                    Ok(RowStream { columns: columns.into_iter().map(Into::into).collect(), rows: pieces(rows) })
                }
                .boxed()
            }

            fn batch(&self, sql: String) -> Answer<'_, Changes> {
                async { Ok(self.$inner.batch(sql).await?.into()) }.boxed()
            }
        }
    };
}

statements!(Open, database);
statements!(Begun, 0);

fn pieces(rows: sqlite::RowStream) -> BoxStream<'static, Result<Vec<Value>, DatabaseError>> {
    let pieces = stream::try_unfold(rows, async |mut rows| {
        let piece = rows.next().await?;
        Ok::<_, DatabaseError>(piece.map(|piece| (piece, rows)))
    });
    pieces.map_ok(|piece| stream::iter(piece).map(|row| Ok(row.into_iter().map(Into::into).collect()))).try_flatten().boxed()
}

fn from_values(values: Vec<Value>) -> Vec<sqlite::Value> {
    values.into_iter().map(Into::into).collect()
}

impl From<Value> for sqlite::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(value) => Self::Integer(value),
            Value::Real(value) => Self::Real(value),
            Value::Text(value) => Self::Text(value),
            Value::Blob(value) => Self::Blob(value),
        }
    }
}

impl From<sqlite::Value> for Value {
    fn from(value: sqlite::Value) -> Self {
        match value {
            sqlite::Value::Null => Self::Null,
            sqlite::Value::Integer(value) => Self::Integer(value),
            sqlite::Value::Real(value) => Self::Real(value),
            sqlite::Value::Text(value) => Self::Text(value),
            sqlite::Value::Blob(value) => Self::Blob(value),
        }
    }
}

impl From<sqlite::Column> for Column {
    fn from(column: sqlite::Column) -> Self {
        let origin = column.origin.map(|origin| Origin { table: origin.table, column: origin.column });
        Self { name: column.name, declared_type: column.declared_type, origin }
    }
}

impl From<sqlite::Rows> for Rows {
    fn from(rows: sqlite::Rows) -> Self {
        Self {
            columns: rows.columns.into_iter().map(Into::into).collect(),
            values: rows.values.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<sqlite::Changes> for Changes {
    fn from(changes: sqlite::Changes) -> Self {
        Self { rows_affected: changes.rows_affected, last_insert_rowid: changes.last_insert_rowid }
    }
}

impl From<sqlite::Error> for DatabaseError {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Constraint { constraint, message } => Self::Constraint { constraint: constraint.into(), message },
            sqlite::Error::Busy(words) => Self::Busy(words),
            sqlite::Error::ReadOnly(words) => Self::ReadOnly(words),
            sqlite::Error::Full(words) => Self::Full(words),
            sqlite::Error::Denied(words) => Self::Denied(words),
            sqlite::Error::Interrupted(words) => Self::Interrupted(words),
            sqlite::Error::Syntax(words) => Self::Syntax(words),
            sqlite::Error::TooLarge(words) => Self::TooLarge(words),
            sqlite::Error::Finished(words) => Self::Finished(words),
            sqlite::Error::Other(words) => Self::Other(words),
        }
    }
}

impl From<sqlite::Constraint> for Constraint {
    fn from(constraint: sqlite::Constraint) -> Self {
        match constraint {
            sqlite::Constraint::Unique => Self::Unique,
            sqlite::Constraint::PrimaryKey => Self::PrimaryKey,
            sqlite::Constraint::ForeignKey => Self::ForeignKey,
            sqlite::Constraint::NotNull => Self::NotNull,
            sqlite::Constraint::Check => Self::Check,
            sqlite::Constraint::Other => Self::Other,
        }
    }
}
