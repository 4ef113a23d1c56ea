use std::sync::{Mutex, MutexGuard, PoisonError};

use super::DatabaseError;
use super::backend::Statements;

/// The savepoints of a transaction: nested transactions, innermost last.
#[derive(Debug, Default)]
pub(super) struct Savepoints {
    stack: Mutex<Stack>,
    /// Held while abandoned ones are undone, so that no statement comes in between.
    undoing: futures::lock::Mutex<()>,
}

#[derive(Debug, Default)]
struct Stack {
    made: u64,
    open: Vec<u64>,
    /// Dropped without an end, and not undone yet.
    abandoned: Vec<u64>,
}

impl Stack {
    /// Takes this one, and those inside of it, away.
    fn close(&mut self, savepoint: u64) {
        if let Some(at) = self.open.iter().position(|open| *open == savepoint) {
            self.open.truncate(at);
        }
        let Self { open, abandoned, .. } = self;
        abandoned.retain(|savepoint| open.contains(savepoint));
    }
}

impl Savepoints {
    fn stack(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this nested transaction is still open; the outermost one is none.
    pub(super) fn check(&self, savepoint: Option<u64>) -> Result<(), DatabaseError> {
        match savepoint {
            Some(savepoint) if !self.stack().open.contains(&savepoint) => {
                Err(DatabaseError::Finished("the one that it is nested in has ended".to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(super) async fn begin(&self, statements: &dyn Statements) -> Result<u64, DatabaseError> {
        let savepoint = {
            let mut stack = self.stack();
            stack.made += 1;
            let savepoint = stack.made;
            // Known before it is made: if this future is dropped meanwhile, it is undone if it was.
            stack.open.push(savepoint);
            savepoint
        };
        let mut beginning = Beginning { savepoints: self, savepoint, over: false };
        let begun = statements.execute(format!("SAVEPOINT {}", name(savepoint)), Vec::new()).await;
        beginning.over = true;
        begun.inspect_err(|_| self.stack().close(savepoint))?;
        Ok(savepoint)
    }

    /// Keeps the changes, as far as the one around it does.
    pub(super) async fn release(&self, statements: &dyn Statements, savepoint: u64) -> Result<(), DatabaseError> {
        statements.execute(format!("RELEASE {}", name(savepoint)), Vec::new()).await?;
        self.stack().close(savepoint);
        Ok(())
    }

    /// Undoes the changes.
    pub(super) async fn roll_back(&self, statements: &dyn Statements, savepoint: u64) -> Result<(), DatabaseError> {
        statements.execute(format!("ROLLBACK TO {}", name(savepoint)), Vec::new()).await?;
        self.stack().close(savepoint);
        // What is left of it does nothing, and ends with the one around it.
        statements.execute(format!("RELEASE {}", name(savepoint)), Vec::new()).await.map(drop)
    }

    /// Notes that a nested transaction was dropped. The next statement undoes it.
    pub(super) fn abandon(&self, savepoint: u64) {
        let mut stack = self.stack();
        if stack.open.contains(&savepoint) {
            stack.abandoned.push(savepoint);
        }
    }

    /// Undoes the nested transactions that were dropped.
    pub(super) async fn undo_abandoned(&self, statements: &dyn Statements) -> Result<(), DatabaseError> {
        if self.stack().abandoned.is_empty() {
            return Ok(());
        }
        let _alone = self.undoing.lock().await;
        loop {
            // The outermost one takes those inside of it along.
            let Some(savepoint) = self.stack().abandoned.iter().copied().min() else { return Ok(()) };
            match self.roll_back(statements, savepoint).await {
                Err(error) if is_gone(&error) => self.stack().close(savepoint),
                result => result?,
            }
        }
    }
}

/// A savepoint that is being made. Dropped meanwhile, it is abandoned.
struct Beginning<'a> {
    savepoints: &'a Savepoints,
    savepoint: u64,
    over: bool,
}

impl Drop for Beginning<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.savepoints.abandon(self.savepoint);
        }
    }
}

/// Whether SQLite does not know the savepoint: its beginning was interrupted, or its end was, after it had come.
fn is_gone(error: &DatabaseError) -> bool {
    matches!(error, DatabaseError::Syntax(words) | DatabaseError::Other(words) if words.contains("no such savepoint"))
}

fn name(savepoint: u64) -> String {
    format!("temps_{savepoint}")
}
