use temps_plugin_sdk::database::Constraint;
use temps_plugin_sdk::prelude::*;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("there is no notebook {0}")]
    NoNotebook(i64),
    #[error("there is no note {0}")]
    NoNote(i64),
    #[error("there already is a notebook called `{0}`")]
    NameTaken(String),
    #[error("a notebook cannot be merged into itself")]
    IntoItself,
    #[error("the {what} is not valid: {reason}")]
    Invalid { what: &'static str, reason: String },
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error(transparent)]
    Database(DatabaseError),
    #[error(transparent)]
    Orm(DbErr),
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

/// What came through sea-orm is the database's error where it was one.
impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        DatabaseError::of(&error).map_or(Self::Orm(error), Self::Database)
    }
}

impl StoreError {
    /// Whether it broke this constraint.
    pub(super) fn broke(&self, wanted: Constraint) -> bool {
        matches!(self, Self::Database(DatabaseError::Constraint { constraint, .. }) if *constraint == wanted)
    }
}
