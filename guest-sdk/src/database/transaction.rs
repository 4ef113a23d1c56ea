use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{AccessMode, DbErr, IsolationLevel, TransactionError, TransactionOptions, TransactionSession, TransactionTrait};

use super::DatabaseError;
use super::backend::{Statements, Transaction};
use super::savepoints::Savepoints;
use super::session::{Session, runs_statements};

/// A transaction of a [`Database`](super::Database). Dropped without a [`commit`](TransactionSession::commit) it is rolled back.
///
/// Its statements run one after the other. The launcher ends a transaction that is open for too long, and its statements and its
/// commit are [`DatabaseError::Finished`] then: await nothing slow, such as a request, while one is open. A transaction that writes
/// holds up all others that want to.
///
/// [`begin`](TransactionTrait::begin) on a transaction begins a nested one, a savepoint. What it did is undone if it is
/// dropped without a commit, before the next statement of the outer one. Nested transactions are a stack: a statement of the outer one
/// while an inner one is open belongs to the inner one, and one that ends takes those begun after it along.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct DatabaseTransaction {
    shared: Arc<Shared>,
    /// None for the outermost.
    savepoint: Option<u64>,
    over: bool,
}

/// What a transaction shares with those nested in it.
struct Shared {
    /// None when the outermost has ended.
    transaction: Mutex<Option<Arc<dyn Transaction>>>,
    savepoints: Savepoints,
}

impl Shared {
    fn transaction(&self) -> Result<Arc<dyn Transaction>, DatabaseError> {
        let transaction = self.transaction.lock().unwrap_or_else(PoisonError::into_inner);
        transaction.clone().ok_or_else(|| DatabaseError::Finished("the outermost one has ended".to_owned()))
    }

    fn end(&self) {
        self.transaction.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl DatabaseTransaction {
    pub(super) fn new(transaction: Arc<dyn Transaction>) -> Self {
        let shared = Shared { transaction: Mutex::new(Some(transaction)), savepoints: Savepoints::default() };
        Self { shared: Arc::new(shared), savepoint: None, over: false }
    }

    async fn prepare(&self) -> Result<Arc<dyn Transaction>, DatabaseError> {
        let transaction = self.shared.transaction()?;
        self.shared.savepoints.undo_abandoned(&*transaction).await?;
        self.shared.savepoints.check(self.savepoint)?;
        Ok(transaction)
    }

    async fn nest(&self) -> Result<Self, DatabaseError> {
        let transaction = self.prepare().await?;
        let savepoint = self.shared.savepoints.begin(&*transaction).await?;
        Ok(Self { shared: Arc::clone(&self.shared), savepoint: Some(savepoint), over: false })
    }

    async fn keep(&mut self) -> Result<(), DatabaseError> {
        let transaction = self.prepare().await?;
        match self.savepoint {
            Some(savepoint) => self.shared.savepoints.release(&*transaction, savepoint).await?,
            None => {
                transaction.commit().await?;
                self.shared.end();
            }
        }
        self.over = true;
        Ok(())
    }

    async fn undo(&mut self) -> Result<(), DatabaseError> {
        let transaction = self.shared.transaction()?;
        match self.savepoint {
            Some(savepoint) => {
                self.shared.savepoints.check(Some(savepoint))?;
                self.shared.savepoints.roll_back(&*transaction, savepoint).await?;
            }
            None => {
                // Whatever becomes of it, nothing more is done in it.
                self.shared.end();
                transaction.rollback().await?;
            }
        }
        self.over = true;
        Ok(())
    }
}

impl Drop for DatabaseTransaction {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        match self.savepoint {
            Some(savepoint) => self.shared.savepoints.abandon(savepoint),
            None => self.shared.end(),
        }
    }
}

impl fmt::Debug for DatabaseTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseTransaction").field("nested", &self.savepoint.is_some()).finish_non_exhaustive()
    }
}

impl Session for DatabaseTransaction {
    fn ready(&self) -> BoxFuture<'_, Result<Arc<dyn Statements>, DatabaseError>> {
        async {
            let transaction: Arc<dyn Statements> = self.prepare().await?;
            Ok(transaction)
        }
        .boxed()
    }
}

runs_statements!(DatabaseTransaction);

/// An error of `commit` means that nothing was changed, and that the transaction is over; so does dropping its future, unless it had
/// just been done.
#[async_trait::async_trait]
impl TransactionSession for DatabaseTransaction {
    async fn commit(mut self) -> Result<(), DbErr> {
        self.keep().await.map_err(DatabaseError::on_execute)
    }

    async fn rollback(mut self) -> Result<(), DbErr> {
        self.undo().await.map_err(DatabaseError::on_execute)
    }
}

/// A nested transaction may do what the outer one may, whatever mode is asked for.
#[async_trait::async_trait]
impl TransactionTrait for DatabaseTransaction {
    type Transaction = Self;

    async fn begin(&self) -> Result<Self, DbErr> {
        self.nest().await.map_err(DatabaseError::on_execute)
    }

    async fn begin_with_config(
        &self,
        _isolation_level: Option<IsolationLevel>,
        _access_mode: Option<AccessMode>,
    ) -> Result<Self, DbErr> {
        self.begin().await
    }

    async fn begin_with_options(&self, _options: TransactionOptions) -> Result<Self, DbErr> {
        self.begin().await
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        run(self.begin().await, callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        _isolation_level: Option<IsolationLevel>,
        _access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        run(self.begin().await, callback).await
    }
}

/// Runs a callback in a transaction: its error undoes it.
pub(super) async fn run<F, T, E>(begun: Result<DatabaseTransaction, DbErr>, callback: F) -> Result<T, TransactionError<E>>
where
    F: for<'c> FnOnce(&'c DatabaseTransaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>> + Send,
    T: Send,
    E: fmt::Display + fmt::Debug + Send,
{
    let transaction = begun.map_err(TransactionError::Connection)?;
    match callback(&transaction).await {
        Ok(value) => {
            transaction.commit().await.map_err(TransactionError::Connection)?;
            Ok(value)
        }
        Err(error) => {
            // The callback's error says more than that its transaction was over already; undone it is either way.
            let _ = transaction.rollback().await;
            Err(TransactionError::Transaction(error))
        }
    }
}
