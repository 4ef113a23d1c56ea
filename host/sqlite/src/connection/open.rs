//! Opening a database's file, as a guest may use it.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::watch::Log;
use super::{Session, Watch};
use crate::containment::{Gate, replace_slow_functions};
use crate::error::Stage;
use crate::settings::{CACHE_KIB, OTHER_PROCESS, PATTERN_BYTES, PREPARED};
use crate::{Error, Label, Settings};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The one that writes.
    Writer,
    /// One of those that read.
    Reader,
}

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(crate) struct Opener {
    pub(crate) label: Label,
    /// Without a symbolic link in it: SQLite is told to refuse them.
    path: PathBuf,
    pub(crate) settings: Arc<Settings>,
}

impl Opener {
    /// For the database `label` in `folder`, which is there and no longer changes.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for a file that is none, such as a link; [`Error::Other`] for a folder that is not there.
    pub(crate) fn new(folder: &Path, label: Label, settings: Arc<Settings>) -> Result<Self, Error> {
        let folder = folder.canonicalize().map_err(|error| unreachable(&label, &error))?;
        let path = folder.join(label.file_name());
        check(&path, &label)?;
        Ok(Self { label, path, settings })
    }

    /// Opens a connection. It blocks.
    ///
    /// # Errors
    ///
    /// What SQLite says of the file.
    pub(crate) fn open(&self, side: Side, watch: Arc<Watch>) -> Result<Session, Error> {
        check(&self.path, &self.label)?;
        if side == Side::Writer {
            create(&self.path).map_err(|error| unreachable(&self.label, &error))?;
        }
        // Without URIs: a label is a name and nothing else.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(|error| self.failed(&error))?;
        let log = Log::of(&self.path, self.settings.log_size());
        let gate = self.prepare(&connection, side, &watch, &log).map_err(|error| self.failed(&error))?;
        Ok(Session::new(connection, gate, watch, log, Arc::clone(&self.settings), side))
    }

    fn prepare(&self, connection: &Connection, side: Side, watch: &Arc<Watch>, log: &Log) -> Result<Gate, rusqlite::Error> {
        let settings = &*self.settings;
        connection.busy_timeout(OTHER_PROCESS)?;
        for (config, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
        ] {
            connection.set_db_config(config, on)?;
        }
        let bytes = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        for (pragma, value) in [("hard_heap_limit", bytes(settings.memory())), ("soft_heap_limit", bytes(settings.memory() / 2))]
        {
            connection.pragma_update_and_check(None, pragma, value, |_| Ok(()))?;
        }
        // Temporary files would lie in a folder of everybody's.
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.pragma_update(None, "synchronous", "full")?;
        if side == Side::Writer {
            connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
            connection.pragma_update_and_check(None, "journal_size_limit", bytes(settings.log_size()), |_| Ok(()))?;
            let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let pages = (bytes(settings.size()) / page.max(1)).max(1);
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
            let pages = (bytes(settings.temporary()) / page.max(1)).max(1);
            connection.pragma_update_and_check(Some("temp"), "max_page_count", pages, |_| Ok(()))?;
        } else {
            connection.pragma_update(None, "query_only", true)?;
        }
        let length = i32::try_from(settings.value_bytes()).unwrap_or(i32::MAX);
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_LENGTH, length),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
        ] {
            connection.set_limit(limit, value)?;
        }
        replace_slow_functions(connection, settings.value_bytes())?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        watch.install(connection, (side == Side::Writer).then(|| log.clone()))?;
        Gate::install(connection, side == Side::Reader)
    }

    /// An error without the path, which is not for guests.
    fn failed(&self, error: &rusqlite::Error) -> Error {
        let words = match error {
            rusqlite::Error::SqliteFailure(code, _) => rusqlite::Error::SqliteFailure(*code, None),
            other => return self.named(Error::Other(other.to_string())),
        };
        self.named(Error::of(words, Stage::Run))
    }

    fn named(&self, error: Error) -> Error {
        let words = format!("cannot open the database `{}`: {error}", self.label);
        match error {
            Error::Busy(_) => Error::Busy(words),
            Error::Full(_) => Error::Full(words),
            Error::ReadOnly(_) => Error::ReadOnly(words),
            _ => Error::Other(words),
        }
    }
}

/// Refuses everything but a regular file, or none yet.
fn check(path: &Path, label: &Label) -> Result<(), Error> {
    match path.symlink_metadata() {
        Ok(file) if file.is_file() => Ok(()),
        Ok(file) if file.is_symlink() => {
            Err(Error::Denied(format!("the database `{label}` is a symbolic link: only a file of its own is opened")))
        }
        Ok(_) => Err(Error::Denied(format!("the database `{label}` is no file"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unreachable(label, &error)),
    }
}

/// Creates the file if it is not there, for its own user only. SQLite gives the log the same mode.
fn create(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn unreachable(label: &Label, error: &io::Error) -> Error {
    let words = format!("cannot open the database `{label}`: {error}");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full(words),
        io::ErrorKind::ReadOnlyFilesystem => Error::ReadOnly(words),
        _ => Error::Other(words),
    }
}
