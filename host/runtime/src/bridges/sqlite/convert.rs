//! Values and errors in both sides' terms.

use temps_plugin_sqlite as backend;

use crate::bindings::sqlite as wit;

/// Converts a list, in its own memory.
pub(super) fn into_all<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(Into::into).collect()
}

impl From<wit::Value> for backend::Value {
    fn from(value: wit::Value) -> Self {
        match value {
            wit::Value::Null => Self::Null,
            wit::Value::Integer(number) => Self::Integer(number),
            wit::Value::Real(number) => Self::Real(number),
            wit::Value::Text(text) => Self::Text(text),
            wit::Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<backend::Value> for wit::Value {
    fn from(value: backend::Value) -> Self {
        match value {
            backend::Value::Null => Self::Null,
            backend::Value::Integer(number) => Self::Integer(number),
            backend::Value::Real(number) => Self::Real(number),
            backend::Value::Text(text) => Self::Text(text),
            backend::Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<backend::Column> for wit::Column {
    fn from(column: backend::Column) -> Self {
        let backend::Column { name, declared_type, origin } = column;
        let origin = origin.map(|backend::Origin { table, column }| wit::Origin { table, column });
        Self { name, declared_type, origin }
    }
}

impl From<backend::Rows> for wit::Rows {
    fn from(rows: backend::Rows) -> Self {
        Self { columns: into_all(rows.columns), values: into_all(rows.values) }
    }
}

impl From<backend::Changes> for wit::Changes {
    fn from(changes: backend::Changes) -> Self {
        let backend::Changes { rows_affected, last_insert_rowid } = changes;
        Self { rows_affected, last_insert_rowid }
    }
}

impl From<wit::Access> for backend::Access {
    fn from(access: wit::Access) -> Self {
        match access {
            wit::Access::Read => Self::Read,
            wit::Access::Write => Self::Write,
        }
    }
}

impl From<backend::Constraint> for wit::Constraint {
    fn from(constraint: backend::Constraint) -> Self {
        match constraint {
            backend::Constraint::Unique => Self::Unique,
            backend::Constraint::PrimaryKey => Self::PrimaryKey,
            backend::Constraint::ForeignKey => Self::ForeignKey,
            backend::Constraint::NotNull => Self::NotNull,
            backend::Constraint::Check => Self::Check,
            backend::Constraint::Other => Self::Other,
        }
    }
}

impl From<backend::Error> for wit::Error {
    fn from(error: backend::Error) -> Self {
        match error {
            backend::Error::Constraint { constraint, message } => {
                Self::Constraint(wit::Violation { constraint: constraint.into(), message })
            }
            backend::Error::Busy(words) => Self::Busy(words),
            backend::Error::ReadOnly(words) => Self::ReadOnly(words),
            backend::Error::Full(words) => Self::Full(words),
            backend::Error::Denied(words) => {
                // Not louder: a plugin may try as often as it likes.
                tracing::debug!(reason = words, "a statement of the plugin was refused");
                Self::Denied(words)
            }
            backend::Error::Interrupted(words) => Self::Interrupted(words),
            backend::Error::Syntax(words) => Self::Syntax(words),
            backend::Error::TooLarge(words) => Self::TooLarge(words),
            backend::Error::Finished(words) => Self::Finished(words),
            backend::Error::Other(words) => Self::Other(words),
        }
    }
}
