use std::sync::Arc;

use crate::connection::{Missed, Session, Statement, finished};
use crate::pool::{Admission, OpenTransaction, Worker};
use crate::stream::{RowStream, serve};
use crate::{Changes, Column, Error, Rows, Settings, Value};

/// A transaction. Dropped without a commit it is rolled back, and so it is when its time is over.
///
/// Its statements run one after the other. Savepoints are statements like others.
#[derive(Debug)]
pub struct Transaction {
    id: u64,
    open: Arc<OpenTransaction>,
    admission: Admission,
    settings: Arc<Settings>,
}

impl Transaction {
    pub(crate) fn new(id: u64, open: Arc<OpenTransaction>, admission: Admission, settings: Arc<Settings>) -> Self {
        Self { id, open, admission, settings }
    }

    /// See [`Database::execute`](crate::Database::execute).
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::Finished`] among them.
    pub async fn execute(&self, sql: String, parameters: Vec<Value>) -> Result<Changes, Error> {
        self.run_statement(sql, parameters, Session::execute).await
    }

    /// See [`Database::query`](crate::Database::query). It sees what the transaction has written.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::Finished`] among them.
    pub async fn query(&self, sql: String, parameters: Vec<Value>) -> Result<Rows, Error> {
        self.run_statement(sql, parameters, |session, statement| session.query(statement).map_err(Missed::into_error)).await
    }

    /// See [`Database::query_stream`](crate::Database::query_stream). The transaction's other statements wait until the stream has ended.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::Finished`] among them.
    pub async fn query_stream(&self, sql: String, parameters: Vec<Value>) -> Result<(Vec<Column>, RowStream), Error> {
        let statement = Statement { sql, parameters };
        let place = self.admission.enter(statement.size(), &self.settings)?;
        serve(self.worker()?, statement, self.settings.transaction_time(), Some(self.id), place).await
    }

    /// See [`Database::batch`](crate::Database::batch). If one statement fails, those before it are undone, and the transaction goes on.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::Finished`] among them.
    pub async fn batch(&self, sql: String) -> Result<Changes, Error> {
        let _place = self.admission.enter(sql.len(), &self.settings)?;
        self.run(move |session| session.batch(&sql)).await
    }

    /// Makes the changes last: with `Ok` they are on the disk. The transaction is over then, and the database the next one's.
    ///
    /// # Errors
    ///
    /// [`Error`]. With [`Error::Busy`] the transaction is still open; with all others nothing was changed.
    pub async fn commit(&self) -> Result<(), Error> {
        let open = Arc::clone(&self.open);
        self.run(move |session| {
            let done = session.commit();
            if !matches!(done, Err(Error::Busy(_))) {
                open.end();
            }
            done
        })
        .await
    }

    /// Undoes the changes. The transaction is over then.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] if it was over already.
    pub async fn rollback(&self) -> Result<(), Error> {
        let open = Arc::clone(&self.open);
        self.run(move |session| {
            session.roll_back();
            open.end();
            Ok(())
        })
        .await
    }

    fn worker(&self) -> Result<Worker, Error> {
        self.open.worker().ok_or_else(finished)
    }

    async fn run_statement<T: Send + 'static>(
        &self,
        sql: String,
        parameters: Vec<Value>,
        work: impl Fn(&mut Session, &Statement) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let statement = Arc::new(Statement { sql, parameters });
        let _place = self.admission.enter(statement.size(), &self.settings)?;
        let id = self.id;
        let within = move |session: &mut Session, statement: &Statement| work(session.within(id)?, statement);
        self.worker()?.run_statement(statement, (), within).await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let id = self.id;
        self.worker()?.run(move |session| session.within(id).and_then(work)).await?
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(worker) = self.open.worker() else { return };
        let (id, open) = (self.id, Arc::clone(&self.open));
        let sent = worker.send(move |session| {
            if let Ok(session) = session.within(id) {
                session.roll_back();
            }
            open.end();
        });
        if sent.is_err() {
            self.open.end();
        }
    }
}
