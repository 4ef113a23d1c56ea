use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::connection::{Missed, Opener, Session, Side, Statement};
use crate::pool::{Admission, Alive, OpenTransaction, Turns, next_number};
use crate::stream::{RowStream, serve};
use crate::transaction::Transaction;
use crate::{Access, Changes, Column, Error, Label, Rows, Value};

/// A database that is open. Clones are the same one.
///
/// Statements run side by side: reads beside one write, and one after the other where they have to wait for their turn. Dropping the future
/// of a statement interrupts it; one that writes is undone then, unless it had just been done.
#[derive(Debug, Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    opener: Opener,
    writer: Arc<Turns>,
    readers: Arc<Turns>,
    admission: Admission,
    /// Set once the first connection has made the file.
    connected: OnceCell<()>,
}

impl Database {
    pub(crate) fn new(opener: Opener, admission: Admission, alive: &Alive) -> Self {
        let writer = Turns::new(opener.clone(), Side::Writer, alive.clone(), admission.told().clone());
        let readers = Turns::new(opener.clone(), Side::Reader, alive.clone(), admission.told().clone());
        Self { inner: Arc::new(Inner { opener, writer, readers, admission, connected: OnceCell::new() }) }
    }

    /// Opens the first connection, which makes the file: readers need it. Whoever comes meanwhile waits for that.
    pub(crate) async fn connect(&self) -> Result<(), Error> {
        self.inner.connected.get_or_try_init(async || self.inner.writer.take().await.map(drop)).await.copied()
    }

    /// The database's name.
    #[must_use]
    pub fn label(&self) -> &Label {
        &self.inner.opener.label
    }

    /// Runs a statement; rows that it gives are left out. Without parameters it may be several statements, which then are a
    /// [`batch`](Self::batch).
    ///
    /// # Errors
    ///
    /// [`Error`]; then the statement has changed nothing.
    pub async fn execute(&self, sql: String, parameters: Vec<Value>) -> Result<Changes, Error> {
        let statement = Arc::new(Statement { sql, parameters });
        let _place = self.enter(statement.size())?;
        self.inner.writer.take().await?.run_statement(statement, Session::execute).await?
    }

    /// Runs a statement for its rows, which come in one piece.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::TooLarge`] among them; then the statement has changed nothing.
    pub async fn query(&self, sql: String, parameters: Vec<Value>) -> Result<Rows, Error> {
        let statement = Arc::new(Statement { sql, parameters });
        let _place = self.enter(statement.size())?;
        if reads(&statement.sql) {
            match self.inner.readers.take().await?.run_statement(Arc::clone(&statement), Session::query).await? {
                Err(Missed::NeedsWriter | Missed::ByReader(_)) => {}
                read => return read.map_err(Missed::into_error),
            }
        }
        let written = self.inner.writer.take().await?.run_statement(statement, Session::query).await?;
        written.map_err(Missed::into_error)
    }

    /// Runs a reading statement for its rows, piece by piece.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::Denied`] among them if the statement changes something.
    pub async fn query_stream(&self, sql: String, parameters: Vec<Value>) -> Result<(Vec<Column>, RowStream), Error> {
        let statement = Statement { sql, parameters };
        let place = self.enter(statement.size())?;
        let lease = self.inner.readers.take().await?;
        let worker = lease.worker().clone();
        serve(worker, statement, self.inner.opener.settings.transaction_time(), None, (lease, place)).await
    }

    /// Runs several statements as one transaction: all of them, or none. The answer is the last one's.
    ///
    /// # Errors
    ///
    /// [`Error`]; then none has changed anything.
    pub async fn batch(&self, sql: String) -> Result<Changes, Error> {
        let _place = self.enter(sql.len())?;
        self.inner.writer.take().await?.run(move |session| session.batch(&sql)).await?
    }

    /// Begins a transaction. Dropping it rolls it back.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Error::Busy`] among them.
    pub async fn begin(&self, access: Access) -> Result<Transaction, Error> {
        let _place = self.enter(0)?;
        let turns = match access {
            Access::Read => &self.inner.readers,
            Access::Write => &self.inner.writer,
        };
        let lease = turns.take().await?;
        let worker = lease.worker().clone();
        let id = next_number();
        let open = Arc::new(OpenTransaction::new(lease));
        // Made first, so that it ends what was begun if this future is dropped.
        let transaction =
            Transaction::new(id, Arc::clone(&open), self.inner.admission.clone(), self.inner.opener.settings.clone());
        worker.run(move |session| session.begin(id, Box::new(move || open.end()))).await??;
        Ok(transaction)
    }

    /// See [`Databases::renew`](crate::Databases::renew).
    pub(crate) fn renew(&self) {
        self.inner.readers.renew();
        self.inner.writer.renew();
    }

    fn enter(&self, bytes: usize) -> Result<impl Send + Sync + 'static + use<>, Error> {
        self.inner.admission.enter(bytes, &self.inner.opener.settings)
    }
}

/// Whether a statement looks as if it only read. A reader decides it, and sends back what does not.
fn reads(sql: &str) -> bool {
    let word = sql.trim_start().get(..6).unwrap_or_default().to_ascii_uppercase();
    ["SELECT", "WITH", "VALUES", "EXPLAI", "PRAGMA"].iter().any(|begin| word.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_seen_by_the_first_word() {
        assert!(reads("\n select 1") && reads("WITH x AS (SELECT 1) SELECT * FROM x") && reads("PRAGMA table_info(x)"));
        assert!(!reads("INSERT INTO x VALUES (1)") && !reads("") && !reads("ä") && !reads("/* */ SELECT 1"));
    }
}
