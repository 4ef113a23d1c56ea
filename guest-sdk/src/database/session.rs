//! What statements run in: a database or a transaction.

use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use sea_orm::{DbErr, ExecResult, ProxyExecResult, QueryResult, Statement};

use super::backend::{RowStream, Rows, Statements};
use super::encode;
use super::excerpt::Excerpt;
use super::shape::{Author, Shape};
use super::{Changes, DatabaseError, QueryStream};

/// Somewhere to run statements.
pub(crate) trait Session: Send + Sync {
    /// What runs the next statement, when everything is ready for it.
    fn ready(&self) -> BoxFuture<'_, Result<Arc<dyn Statements>, DatabaseError>>;
}

/// Runs a statement, whose beginning is in its error.
pub(super) async fn in_statement<T>(
    excerpt: Excerpt,
    run: impl Future<Output = Result<T, DatabaseError>>,
) -> Result<T, DatabaseError> {
    run.await.map_err(|error| error.in_statement(&excerpt))
}

pub(super) async fn execute(session: &dyn Session, statement: Statement) -> Result<ExecResult, DbErr> {
    let changes = in_statement(Excerpt::of(&statement.sql), async {
        let parameters = encode::parameters(statement.values.into_iter().flatten())?;
        session.ready().await?.execute(statement.sql, parameters).await
    });
    changes.await.map(exec_result).map_err(DatabaseError::on_execute)
}

pub(super) async fn batch(session: &dyn Session, sql: &str) -> Result<ExecResult, DbErr> {
    let changes = in_statement(Excerpt::of(sql), async { session.ready().await?.batch(sql.to_owned()).await });
    changes.await.map(exec_result).map_err(DatabaseError::on_execute)
}

pub(super) async fn all(session: &dyn Session, statement: Statement, author: Author) -> Result<Vec<QueryResult>, DbErr> {
    rows(session, statement, author, usize::MAX).await.map_err(DatabaseError::on_query)
}

pub(super) async fn one(session: &dyn Session, statement: Statement, author: Author) -> Result<Option<QueryResult>, DbErr> {
    let rows = rows(session, statement, author, 1).await.map_err(DatabaseError::on_query)?;
    Ok(rows.into_iter().next())
}

async fn rows(
    session: &dyn Session,
    statement: Statement,
    author: Author,
    most: usize,
) -> Result<Vec<QueryResult>, DatabaseError> {
    let rows = in_statement(Excerpt::of(&statement.sql), async {
        let parameters = encode::parameters(statement.values.into_iter().flatten())?;
        let Rows { columns, values } = session.ready().await?.query(statement.sql, parameters).await?;
        let shape = Shape::new(columns, author)?;
        let count = (values.len() / shape.width()).min(most);
        let mut values = values.into_iter();
        (0..count).map(|_| shape.row(values.by_ref().take(shape.width()))).collect()
    });
    rows.await
}

pub(super) async fn stream(session: &dyn Session, statement: Statement, author: Author) -> Result<QueryStream, DbErr> {
    let excerpt = Excerpt::of(&statement.sql);
    let stream = async {
        let parameters = encode::parameters(statement.values.into_iter().flatten())?;
        let RowStream { columns, rows } = session.ready().await?.query_stream(statement.sql, parameters).await?;
        Ok((Shape::new(columns, author)?, rows))
    };
    let failed = move |error: DatabaseError| error.in_statement(&excerpt).on_query();
    let (shape, rows) = stream.await.map_err(&failed)?;
    let rows = rows.map(move |row| shape.row(row?)).map_err(failed);
    Ok(QueryStream::new(rows.boxed()))
}

/// A rowid may be negative: sea-orm takes it as the bits of a `u64`, as with its own driver.
fn exec_result(changes: Changes) -> ExecResult {
    ProxyExecResult::new(changes.last_insert_rowid.cast_unsigned(), changes.rows_affected).into()
}

/// Implements sea-orm's traits for running statements on a [`Session`].
macro_rules! runs_statements {
    ($session:ty) => {
        #[async_trait::async_trait]
        impl sea_orm::ConnectionTrait for $session {
            fn get_database_backend(&self) -> sea_orm::DbBackend {
                sea_orm::DbBackend::Sqlite
            }

            async fn execute_raw(&self, stmt: sea_orm::Statement) -> Result<sea_orm::ExecResult, sea_orm::DbErr> {
                $crate::database::session::execute(self, stmt).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<sea_orm::ExecResult, sea_orm::DbErr> {
                $crate::database::session::batch(self, sql).await
            }

            async fn query_one_raw(&self, stmt: sea_orm::Statement) -> Result<Option<sea_orm::QueryResult>, sea_orm::DbErr> {
                $crate::database::session::one(self, stmt, $crate::database::shape::Author::Hand).await
            }

            async fn query_one<S: sea_orm::StatementBuilder>(
                &self,
                stmt: &S,
            ) -> Result<Option<sea_orm::QueryResult>, sea_orm::DbErr> {
                let stmt = stmt.build(&sea_orm::DbBackend::Sqlite);
                $crate::database::session::one(self, stmt, $crate::database::shape::Author::Builder).await
            }

            async fn query_all_raw(&self, stmt: sea_orm::Statement) -> Result<Vec<sea_orm::QueryResult>, sea_orm::DbErr> {
                $crate::database::session::all(self, stmt, $crate::database::shape::Author::Hand).await
            }

            async fn query_all<S: sea_orm::StatementBuilder>(
                &self,
                stmt: &S,
            ) -> Result<Vec<sea_orm::QueryResult>, sea_orm::DbErr> {
                let stmt = stmt.build(&sea_orm::DbBackend::Sqlite);
                $crate::database::session::all(self, stmt, $crate::database::shape::Author::Builder).await
            }
        }

        impl sea_orm::StreamTrait for $session {
            type Stream<'a> = $crate::database::QueryStream;

            fn get_database_backend(&self) -> sea_orm::DbBackend {
                sea_orm::DbBackend::Sqlite
            }

            fn stream_raw<'a>(
                &'a self,
                stmt: sea_orm::Statement,
            ) -> std::pin::Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, sea_orm::DbErr>> + 'a + Send>> {
                Box::pin($crate::database::session::stream(self, stmt, $crate::database::shape::Author::Hand))
            }

            fn stream<'a, S: sea_orm::StatementBuilder + Sync>(
                &'a self,
                stmt: &S,
            ) -> std::pin::Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, sea_orm::DbErr>> + 'a + Send>> {
                let stmt = stmt.build(&sea_orm::DbBackend::Sqlite);
                Box::pin($crate::database::session::stream(self, stmt, $crate::database::shape::Author::Builder))
            }
        }

        impl $session {
            /// A statement of your own, for rows of any type: see [`Sql`](crate::database::Sql).
            pub fn sql(&self, sql: impl Into<String>) -> $crate::database::Sql<'_> {
                $crate::database::Sql::new(self, sql.into())
            }
        }
    };
}

pub(super) use runs_statements;
