use temps_plugin_sdk::prelude::*;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("there is no site {0}")]
    NoSite(i64),
    #[error("there is no submission {0}")]
    NoSubmission(i64),
    #[error("there already is a site `{0}`")]
    SiteTaken(String),
    #[error("submission {0} has not failed: there is nothing to try again")]
    NotFailed(i64),
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
