use temps_plugin_sdk::prelude::*;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("no event has told of a deployment {0}")]
    NoDeployment(i32),
    #[error("the limit is {given}, and 1 to {most} are allowed")]
    Limit { given: u64, most: u64 },
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
