//! The `sqlite` import behind [`Database`](crate::Database).

use std::future::Future;
use std::sync::Arc;

use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use wit_bindgen::{FutureReader, StreamReader, StreamResult};

use super::bindings::temps::plugin::sqlite as wit;
use super::single_threaded::SingleThreaded;
use crate::database::backend::{Access, Answer, Column, Connection, Origin, RowStream, Rows, Statements, Transaction, Value};
use crate::database::{Changes, Constraint, DatabaseError};

/// How many rows are read at once: as many as the launcher hands over.
const READ_ROWS: usize = 256;

/// Opens databases at the launcher.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opener;

impl Opener {
    pub(crate) fn open(&self, label: String) -> Answer<'_, Arc<dyn Connection>> {
        call(wit::Connection::open(label), |connection| {
            let connection: Arc<dyn Connection> = Arc::new(connection);
            connection
        })
    }
}

impl Connection for wit::Connection {
    fn begin(&self, access: Access) -> Answer<'_, Arc<dyn Transaction>> {
        let access = match access {
            Access::Read => wit::Access::Read,
            Access::Write => wit::Access::Write,
        };
        call(self.begin(access), |transaction| {
            let transaction: Arc<dyn Transaction> = Arc::new(transaction);
            transaction
        })
    }
}

impl Transaction for wit::Transaction {
    fn commit(&self) -> Answer<'_, ()> {
        call(self.commit(), |()| ())
    }

    fn rollback(&self) -> Answer<'_, ()> {
        call(self.rollback(), |()| ())
    }
}

macro_rules! statements {
    ($resource:ty) => {
        impl Statements for $resource {
            fn execute(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, Changes> {
                call(self.execute(sql, from_values(parameters)), changes)
            }

            fn query(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, Rows> {
                call(self.query(sql, from_values(parameters)), rows)
            }

            fn query_stream(&self, sql: String, parameters: Vec<Value>) -> Answer<'_, RowStream> {
                call(self.query_stream(sql, from_values(parameters)), row_stream)
            }

            fn batch(&self, sql: String) -> Answer<'_, Changes> {
                call(self.batch(sql), changes)
            }
        }
    };
}

statements!(wit::Connection);
statements!(wit::Transaction);

fn call<'a, T: 'a, U: 'a>(answer: impl Future<Output = Result<T, wit::Error>> + 'a, convert: fn(T) -> U) -> Answer<'a, U> {
    Box::pin(SingleThreaded::new(async move { answer.await.map(convert).map_err(error) }))
}

/// A result that is still coming in. Dropping it tells the launcher that nobody reads on.
struct Incoming {
    rows: StreamReader<Vec<wit::Value>>,
    end: FutureReader<Result<(), wit::Error>>,
    /// Room for the next read, empty.
    buffer: Vec<Vec<wit::Value>>,
}

impl Incoming {
    /// The next rows, at least one; none after the last ones.
    async fn step(mut self) -> Result<Option<(Vec<Vec<wit::Value>>, Self)>, DatabaseError> {
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.reserve(READ_ROWS);
            let (result, buffer) = self.rows.read(buffer).await;
            if !buffer.is_empty() {
                return Ok(Some((buffer, self)));
            }
            match result {
                // A read of nothing; the next one waits for more.
                StreamResult::Complete(_) => self.buffer = buffer,
                // The rows have ended; whether they are all of them, only `end` knows.
                StreamResult::Dropped | StreamResult::Cancelled => return self.end.await.map(|()| None).map_err(error),
            }
        }
    }
}

fn row_stream(stream: wit::RowStream) -> RowStream {
    let wit::RowStream { columns, rows, end } = stream;
    RowStream { columns: self::columns(columns), rows: pieces(Incoming { rows, end, buffer: Vec::new() }) }
}

fn pieces(incoming: Incoming) -> BoxStream<'static, Result<Vec<Value>, DatabaseError>> {
    let pieces = SingleThreaded::new(stream::try_unfold(incoming, Incoming::step));
    pieces.map_ok(|piece| stream::iter(piece.into_iter().map(|row| Ok(into_values(row))))).try_flatten().boxed()
}

fn from_values(values: Vec<Value>) -> Vec<wit::Value> {
    let values = values.into_iter().map(|value| match value {
        Value::Null => wit::Value::Null,
        Value::Integer(value) => wit::Value::Integer(value),
        Value::Real(value) => wit::Value::Real(value),
        Value::Text(value) => wit::Value::Text(value),
        Value::Blob(value) => wit::Value::Blob(value),
    });
    values.collect()
}

fn into_values(values: Vec<wit::Value>) -> Vec<Value> {
    let values = values.into_iter().map(|value| match value {
        wit::Value::Null => Value::Null,
        wit::Value::Integer(value) => Value::Integer(value),
        wit::Value::Real(value) => Value::Real(value),
        wit::Value::Text(value) => Value::Text(value),
        wit::Value::Blob(value) => Value::Blob(value),
    });
    values.collect()
}

fn rows(rows: wit::Rows) -> Rows {
    Rows { columns: columns(rows.columns), values: into_values(rows.values) }
}

fn columns(columns: Vec<wit::Column>) -> Vec<Column> {
    let columns = columns.into_iter().map(|column| Column {
        name: column.name,
        declared_type: column.declared_type,
        origin: column.origin.map(|origin| Origin { table: origin.table, column: origin.column }),
    });
    columns.collect()
}

fn changes(changes: wit::Changes) -> Changes {
    Changes { rows_affected: changes.rows_affected, last_insert_rowid: changes.last_insert_rowid }
}

fn error(error: wit::Error) -> DatabaseError {
    match error {
        wit::Error::Constraint(wit::Violation { constraint, message }) => {
            DatabaseError::Constraint { constraint: self::constraint(constraint), message }
        }
        wit::Error::Busy(words) => DatabaseError::Busy(words),
        wit::Error::ReadOnly(words) => DatabaseError::ReadOnly(words),
        wit::Error::Full(words) => DatabaseError::Full(words),
        wit::Error::Denied(words) => DatabaseError::Denied(words),
        wit::Error::Interrupted(words) => DatabaseError::Interrupted(words),
        wit::Error::Syntax(words) => DatabaseError::Syntax(words),
        wit::Error::TooLarge(words) => DatabaseError::TooLarge(words),
        wit::Error::Finished(words) => DatabaseError::Finished(words),
        wit::Error::Other(words) => DatabaseError::Other(words),
    }
}

fn constraint(constraint: wit::Constraint) -> Constraint {
    match constraint {
        wit::Constraint::Unique => Constraint::Unique,
        wit::Constraint::PrimaryKey => Constraint::PrimaryKey,
        wit::Constraint::ForeignKey => Constraint::ForeignKey,
        wit::Constraint::NotNull => Constraint::NotNull,
        wit::Constraint::Check => Constraint::Check,
        wit::Constraint::Other => Constraint::Other,
    }
}
