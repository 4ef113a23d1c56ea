use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use sea_orm::{AccessMode, DbErr, IsolationLevel, TransactionError, TransactionOptions, TransactionTrait};

use super::backend::{Access, Connection, Statements};
use super::entities::Entities;
use super::session::{Session, runs_statements};
use super::transaction::run;
use super::{DatabaseError, DatabaseTransaction, Opener};

/// A SQLite database of the plugin's own, from [`PluginContext::database`](crate::PluginContext::database).
///
/// It is what sea-orm's methods take as a connection, and it runs statements of your own with [`sql`](Self::sql). Clones are the same
/// database: keep one in the router's state.
///
/// Statements of clones and tasks run side by side, reads beside one write. What must belong together goes into a transaction.
/// Dropping the future of a statement interrupts it.
#[derive(Clone)]
pub struct Database {
    label: Arc<str>,
    connection: Arc<dyn Connection>,
}

impl Database {
    pub(crate) async fn open(opener: &Opener, label: &str) -> Result<Self, DatabaseError> {
        Entities::check()?;
        Ok(Self { label: label.into(), connection: opener.open(label.to_owned()).await? })
    }

    /// The label that it was opened with.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    async fn begin_as(&self, access: Access) -> Result<DatabaseTransaction, DbErr> {
        self.connection.begin(access).await.map(DatabaseTransaction::new).map_err(DatabaseError::on_execute)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("label", &self.label).finish_non_exhaustive()
    }
}

impl Session for Database {
    fn ready(&self) -> BoxFuture<'_, Result<Arc<dyn Statements>, DatabaseError>> {
        let connection: Arc<dyn Statements> = self.connection.clone();
        ready(Ok(connection)).boxed()
    }
}

runs_statements!(Database);

/// `begin` waits until no other transaction writes; with [`AccessMode::ReadOnly`] it waits for nobody, and sees the database as it is at
/// its first statement. SQLite has one isolation level, serializable, which is at least what any other asks for. Of
/// `SqliteTransactionMode` the deferred one is taken as immediate, so that a transaction that begins can also write.
#[async_trait::async_trait]
impl TransactionTrait for Database {
    type Transaction = DatabaseTransaction;

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.begin_as(Access::Write).await
    }

    async fn begin_with_config(
        &self,
        _isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<DatabaseTransaction, DbErr> {
        self.begin_as(match access_mode {
            Some(AccessMode::ReadOnly) => Access::Read,
            Some(AccessMode::ReadWrite) | None => Access::Write,
        })
        .await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        self.begin_with_config(options.isolation_level, options.access_mode).await
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c DatabaseTransaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        run(self.begin().await, callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c DatabaseTransaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        run(self.begin_with_config(isolation_level, access_mode).await, callback).await
    }
}
