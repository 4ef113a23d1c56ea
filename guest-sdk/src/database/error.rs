use sea_orm::{DbErr, RuntimeErr};

use super::excerpt::Excerpt;

/// What a [`DbErr`] begins with that came from a [`DatabaseError`].
const MARK: &str = "sqlite/";

/// Why a database did nothing.
///
/// The texts inside are SQLite's own words, or the launcher's where it refused. Those of a statement's
/// error end with the statement's beginning, at most [`SHOWN_SQL_BYTES`](super::SHOWN_SQL_BYTES) of it in
/// one line: ``near "FORM": syntax error, in `SELECT * FORM note` ``. Values that are bound are not shown. A
/// statement's text says how the plugin keeps its data: log the error, and tell clients something else.
///
/// As a [`DbErr`] it is `Conn`, `Exec` or `Query` with the text `sqlite/<code>: <words>`; [`of`](Self::of)
/// turns that back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The statement would have broken a constraint.
    #[error("{message}")]
    Constraint {
        /// The constraint.
        constraint: Constraint,
        /// SQLite's words, such as `UNIQUE constraint failed: note.title`, and the statement.
        message: String,
    },
    /// Others held the database, or waited for it, for too long. Nothing was changed.
    #[error("the database is busy: {0}; keep transactions short, or try again")]
    Busy(String),
    /// The file, or the transaction, is read-only.
    #[error("the database cannot be written here: {0}")]
    ReadOnly(String),
    /// The database has its largest size, or the disk is full. What was there still is.
    #[error("the database is full: {0}; delete rows, or ask the operator for a larger limit")]
    Full(String),
    /// Not allowed here: a label, a statement, a function or a pragma.
    #[error("not allowed: {0}")]
    Denied(String),
    /// The statement took too long. An index, or a smaller piece of the work, helps.
    #[error("the statement was interrupted: {0}")]
    Interrupted(String),
    /// SQLite does not understand the statement, or knows no such table or column.
    #[error("not valid SQL: {0}")]
    Syntax(String),
    /// A result, a value or a statement is over its limit. Results of any size come as a stream.
    #[error("too large: {0}; stream the rows, or ask for fewer")]
    TooLarge(String),
    /// The transaction is over: committed, rolled back, or open for too long. Its changes are undone unless it was committed.
    #[error("the transaction is over: {0}")]
    Finished(String),
    /// A value of a result is not what its column says, or what was asked for.
    #[error("cannot read {column}: {reason}")]
    Value {
        /// The column, with its table where it has one.
        column: String,
        /// What it holds and what was expected.
        reason: String,
    },
    /// A parameter has no form in SQLite.
    #[error("cannot bind parameter {position}: {reason}")]
    Parameter {
        /// Which one, from 1.
        position: usize,
        /// Why.
        reason: String,
    },
    /// There is no row where one was asked for.
    #[error("the statement gave no row")]
    NoRow,
    /// An entity was derived with the crate `sea-orm` itself, so that the types of its columns are not known.
    #[error(
        "the entity in `{0}` was derived with the crate sea-orm itself: write `sea-orm = {{ package = \"temps-sea-orm\", .. }}` in \
         Cargo.toml, or use `temps_plugin_sdk::sea_orm`"
    )]
    UnknownEntity(String),
    /// Anything else, such as a file that is no database.
    #[error("{0}")]
    Other(String),
}

/// A constraint of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Constraint {
    /// `UNIQUE`, also of an index.
    Unique,
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `FOREIGN KEY`.
    ForeignKey,
    /// `NOT NULL`.
    NotNull,
    /// `CHECK`.
    Check,
    /// `RAISE` in a trigger, a datatype of a `STRICT` table, and others.
    Other,
}

impl DatabaseError {
    /// The error that sea-orm passed on; `None` if it is sea-orm's own, such as [`DbErr::RecordNotFound`].
    ///
    /// ```
    /// use temps_plugin_sdk::database::{Constraint, DatabaseError};
    /// use temps_plugin_sdk::sea_orm::DbErr;
    ///
    /// fn is_taken(error: &DbErr) -> bool {
    ///     matches!(DatabaseError::of(error), Some(DatabaseError::Constraint { constraint: Constraint::Unique, .. }))
    /// }
    /// # let error = DatabaseError::Constraint { constraint: Constraint::Unique, message: "note.title".into() };
    /// # assert!(is_taken(&error.into()));
    /// ```
    #[must_use]
    pub fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::Conn(RuntimeErr::Internal(text))
            | DbErr::Exec(RuntimeErr::Internal(text))
            | DbErr::Query(RuntimeErr::Internal(text)) => Self::parse(text),
            _ => None,
        }
    }

    /// Adds the statement to the words, where there are any.
    pub(super) fn in_statement(self, statement: &Excerpt) -> Self {
        let named = |words: String| format!("{words}, in `{statement}`");
        match self {
            Self::Constraint { constraint, message } => Self::Constraint { constraint, message: named(message) },
            Self::Busy(words) => Self::Busy(named(words)),
            Self::ReadOnly(words) => Self::ReadOnly(named(words)),
            Self::Full(words) => Self::Full(named(words)),
            Self::Denied(words) => Self::Denied(named(words)),
            Self::Interrupted(words) => Self::Interrupted(named(words)),
            Self::Syntax(words) => Self::Syntax(named(words)),
            Self::TooLarge(words) => Self::TooLarge(named(words)),
            Self::Finished(words) => Self::Finished(named(words)),
            Self::Value { column, reason } => Self::Value { column, reason: named(reason) },
            Self::Parameter { position, reason } => Self::Parameter { position, reason: named(reason) },
            Self::Other(words) => Self::Other(named(words)),
            Self::NoRow | Self::UnknownEntity(_) => self,
        }
    }

    pub(super) fn on_execute(self) -> DbErr {
        DbErr::Exec(RuntimeErr::Internal(self.text()))
    }

    pub(super) fn on_query(self) -> DbErr {
        DbErr::Query(RuntimeErr::Internal(self.text()))
    }

    fn text(&self) -> String {
        let (code, words) = self.parts();
        format!("{MARK}{code}: {words}")
    }

    fn parts(&self) -> (&'static str, String) {
        let (code, words) = match self {
            Self::Constraint { constraint, message } => (constraint.code(), message),
            Self::Busy(words) => ("busy", words),
            Self::ReadOnly(words) => ("read-only", words),
            Self::Full(words) => ("full", words),
            Self::Denied(words) => ("denied", words),
            Self::Interrupted(words) => ("interrupted", words),
            Self::Syntax(words) => ("syntax", words),
            Self::TooLarge(words) => ("too-large", words),
            Self::Finished(words) => ("finished", words),
            Self::Value { column, reason } => return ("value", format!("{column}: {reason}")),
            Self::Parameter { position, reason } => return ("parameter", format!("{position}: {reason}")),
            Self::NoRow => return ("no-row", self.to_string()),
            Self::UnknownEntity(module) => ("unknown-entity", module),
            Self::Other(words) => ("other", words),
        };
        (code, words.clone())
    }

    fn parse(text: &str) -> Option<Self> {
        let (code, words) = text.strip_prefix(MARK)?.split_once(": ")?;
        if let Some(constraint) = Constraint::ALL.into_iter().find(|constraint| constraint.code() == code) {
            return Some(Self::Constraint { constraint, message: words.to_owned() });
        }
        let variant = match code {
            "busy" => Self::Busy,
            "read-only" => Self::ReadOnly,
            "full" => Self::Full,
            "denied" => Self::Denied,
            "interrupted" => Self::Interrupted,
            "syntax" => Self::Syntax,
            "too-large" => Self::TooLarge,
            "finished" => Self::Finished,
            "unknown-entity" => Self::UnknownEntity,
            "other" => Self::Other,
            "no-row" => return Some(Self::NoRow),
            "value" => {
                let (column, reason) = words.split_once(": ")?;
                return Some(Self::Value { column: column.to_owned(), reason: reason.to_owned() });
            }
            "parameter" => {
                let (position, reason) = words.split_once(": ")?;
                return Some(Self::Parameter { position: position.parse().ok()?, reason: reason.to_owned() });
            }
            _ => return None,
        };
        Some(variant(words.to_owned()))
    }
}

impl Constraint {
    const ALL: [Self; 6] = [Self::Unique, Self::PrimaryKey, Self::ForeignKey, Self::NotNull, Self::Check, Self::Other];

    fn code(self) -> &'static str {
        match self {
            Self::Unique => "constraint-unique",
            Self::PrimaryKey => "constraint-primary-key",
            Self::ForeignKey => "constraint-foreign-key",
            Self::NotNull => "constraint-not-null",
            Self::Check => "constraint-check",
            Self::Other => "constraint-other",
        }
    }
}

/// As `DbErr::Conn`, for functions that give sea-orm's errors but open a database or use `sql` too.
impl From<DatabaseError> for DbErr {
    fn from(error: DatabaseError) -> Self {
        Self::Conn(RuntimeErr::Internal(error.text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_comes_back_from_sea_orms() {
        let words = || "a: b".to_owned();
        let mut errors = vec![
            DatabaseError::Busy(words()),
            DatabaseError::ReadOnly(words()),
            DatabaseError::Full(words()),
            DatabaseError::Denied(words()),
            DatabaseError::Interrupted(words()),
            DatabaseError::Syntax(words()),
            DatabaseError::TooLarge(words()),
            DatabaseError::Finished(words()),
            DatabaseError::Value { column: "note.id".to_owned(), reason: words() },
            DatabaseError::Parameter { position: 2, reason: words() },
            DatabaseError::NoRow,
            DatabaseError::UnknownEntity(words()),
            DatabaseError::Other(words()),
        ];
        errors.extend(Constraint::ALL.map(|constraint| DatabaseError::Constraint { constraint, message: words() }));
        for error in errors {
            for wrap in [DbErr::from, DatabaseError::on_execute, DatabaseError::on_query] {
                assert_eq!(DatabaseError::of(&wrap(error.clone())), Some(error.clone()));
            }
        }
    }

    #[test]
    fn sea_orms_own_errors_are_none_of_ours() {
        let own = [DbErr::RecordNotInserted, DbErr::Query(RuntimeErr::Internal("No column for ColIdx \"x\"".to_owned()))];
        assert!(own.iter().all(|error| DatabaseError::of(error).is_none()));
    }
}
