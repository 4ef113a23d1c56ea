use std::time::Duration;

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// The constraint that a statement would have broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// `UNIQUE`, and rowids.
    Unique,
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `FOREIGN KEY`.
    ForeignKey,
    /// `NOT NULL`.
    NotNull,
    /// `CHECK`.
    Check,
    /// `RAISE` in a trigger, a virtual table's own, the datatype of a `STRICT` table.
    Other,
}

/// Why a statement did nothing. The texts are SQLite's own words, or the launcher's where it refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A constraint.
    #[error("{message}")]
    Constraint {
        /// Which one.
        constraint: Constraint,
        /// SQLite's words.
        message: String,
    },
    /// Others held the database, or waited for it, for too long.
    #[error("{0}")]
    Busy(String),
    /// The file or the transaction is read-only.
    #[error("{0}")]
    ReadOnly(String),
    /// The database has its largest size, or the disk is full.
    #[error("{0}")]
    Full(String),
    /// Not allowed here.
    #[error("{0}")]
    Denied(String),
    /// It took too long, or nobody waited for it any more.
    #[error("{0}")]
    Interrupted(String),
    /// SQLite does not understand it.
    #[error("{0}")]
    Syntax(String),
    /// A result, a value or a statement is over its limit.
    #[error("{0}")]
    TooLarge(String),
    /// The transaction is over.
    #[error("{0}")]
    Finished(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// What a connection was doing when SQLite gave an error, which has the same code for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Preparing a statement.
    Prepare,
    /// Running it.
    Run,
}

impl Error {
    /// From SQLite's error. What only the connection knows, such as who interrupted it, is filled in by [`Session`](crate::connection::Session).
    pub(crate) fn of(error: rusqlite::Error, stage: Stage) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(code, message) => {
                let message = message.unwrap_or_else(|| code.to_string());
                Self::of_code(code, message, stage)
            }
            rusqlite::Error::SqlInputError { error, msg, offset, .. } => {
                let message = if offset < 0 { msg } else { format!("{msg} (at byte {offset})") };
                Self::of_code(error, message, stage)
            }
            other => Self::Other(other.to_string()),
        }
    }

    fn of_code(error: ffi::Error, message: String, stage: Stage) -> Self {
        match error.code {
            ErrorCode::ConstraintViolation => Self::Constraint { constraint: constraint(error.extended_code), message },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy(message),
            ErrorCode::ReadOnly => Self::ReadOnly(message),
            ErrorCode::DiskFull => Self::Full(message),
            // Room for the log's index is asked of the disk too.
            ErrorCode::SystemIoFailure if is_out_of_room(error.extended_code) => Self::Full(message),
            ErrorCode::AuthorizationForStatementDenied => Self::Denied(message),
            ErrorCode::OperationInterrupted => Self::Interrupted(message),
            // All that is left to misuse: running what no statement was in.
            ErrorCode::ApiMisuse => Self::Syntax("there is no statement in the SQL".to_owned()),
            ErrorCode::TooBig => Self::TooLarge(message),
            ErrorCode::OutOfMemory => Self::TooLarge("the statement needs more memory than SQLite may use".to_owned()),
            ErrorCode::Unknown if stage == Stage::Prepare => Self::Syntax(message),
            _ => Self::Other(message),
        }
    }

    pub(crate) fn waited(what: &str, time: Duration) -> Self {
        Self::Busy(format!("{what} for {}; shorter transactions help", seconds(time)))
    }
}

fn constraint(extended: i32) -> Constraint {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_ROWID => Constraint::Unique,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Constraint::PrimaryKey,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Constraint::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => Constraint::Check,
        _ => Constraint::Other,
    }
}

fn is_out_of_room(extended: i32) -> bool {
    matches!(extended, ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_SHMMAP)
}

/// A time for a person to read.
pub(crate) fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 { format!("{} s", time.as_secs()) } else { format!("{} ms", time.as_millis()) }
}
