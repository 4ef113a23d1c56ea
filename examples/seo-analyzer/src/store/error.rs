use temps_plugin_sdk::prelude::*;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("there is no {what} {id}")]
    NotThere { what: &'static str, id: i64 },
    #[error("the {what} cannot be used: {reason}")]
    Invalid { what: &'static str, reason: String },
    #[error("{0}")]
    Conflict(String),
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error("what is stored of {what} cannot be read: {source}")]
    Stored { what: &'static str, source: serde_json::Error },
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
