//! The one connection to the file. Everything here and below it blocks.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::InboxError;
use crate::schema::{MigrateError, migrate};

/// How long a write waits for that of another process: 5 s. Both write single rows.
const BUSY: Duration = Duration::from_secs(5);

/// The pause before a file that another process makes is tried again: 5 ms.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// The bytes of a page, SQLite's default.
pub(crate) const PAGE: usize = 4096;

/// Opens the file, which is created if it is not there, for this user only. `bytes` is what it may not grow beyond.
pub(crate) fn create(path: &Path, bytes: usize) -> Result<Connection, InboxError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    file.map_err(|source| InboxError::File { path: path.to_owned(), source })?;
    open(path, bytes)
}

/// Opens the file, which has to be there, and brings its tables up to date.
pub(crate) fn open(path: &Path, bytes: usize) -> Result<Connection, InboxError> {
    let failed = |source| InboxError::Open { path: path.to_owned(), source };
    let mut db = connect_patiently(path, bytes).map_err(failed)?;
    match migrate(&mut db) {
        Ok(()) => Ok(db),
        Err(MigrateError::Database(source)) => Err(failed(source)),
        Err(MigrateError::Newer { found, known }) => Err(InboxError::Newer { path: path.to_owned(), found, known }),
    }
}

/// Connects, and waits for others that make the same file. SQLite itself does not: of two that change a new file's journal mode it
/// refuses one at once.
fn connect_patiently(path: &Path, bytes: usize) -> rusqlite::Result<Connection> {
    let until = Instant::now() + BUSY;
    loop {
        match connect(path, bytes) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                thread::sleep(BUSY_PAUSE);
            }
            connected => return connected,
        }
    }
}

fn connect(path: &Path, bytes: usize) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    let pages = i64::try_from((bytes / PAGE).max(1)).unwrap_or(i64::MAX);
    connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    Ok(connection)
}

/// Begins a transaction that writes, which waits for others that do.
pub(crate) fn begin(db: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    db.transaction_with_behavior(TransactionBehavior::Immediate)
}
