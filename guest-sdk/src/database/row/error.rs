use std::fmt;

use crate::database::DatabaseError;

/// Why a row is not the type that was asked for.
#[derive(Debug)]
pub(in crate::database) struct Unfit {
    column: Option<String>,
    reason: String,
}

impl Unfit {
    /// About the whole row.
    pub(super) fn row(reason: String) -> Self {
        Self { column: None, reason }
    }

    /// About this column, unless a place is known already.
    pub(super) fn in_column(mut self, column: &str) -> Self {
        self.column.get_or_insert_with(|| column.to_owned());
        self
    }

    pub(super) fn into_error(self) -> DatabaseError {
        DatabaseError::Value { column: self.column.unwrap_or_else(|| "the row".to_owned()), reason: self.reason }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Unfit {}

impl serde::de::Error for Unfit {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::row(reason.to_string())
    }
}
