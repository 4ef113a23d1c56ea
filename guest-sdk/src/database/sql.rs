use std::fmt;

use futures::{Stream, StreamExt, TryStreamExt, stream};
use sea_orm::Value;
use serde::de::DeserializeOwned;

use super::backend::{self, Rows};
use super::excerpt::Excerpt;
use super::row::{self, Row};
use super::session::{Session, in_statement};
use super::{Changes, DatabaseError, encode};

/// A statement of your own, from [`Database::sql`](super::Database::sql) or [`DatabaseTransaction::sql`](super::DatabaseTransaction::sql).
///
/// A row becomes any type that `serde` can deserialize:
///
/// | type | takes |
/// |---|---|
/// | a struct, a map, `serde_json::Value` | columns by name; `#[serde(rename_all = "…")]` works |
/// | a tuple | columns by position, as many as there are |
/// | a number, text, `Option`, an enum | the only column |
///
/// In a column, `bool` takes 0 and 1, `Vec<u8>` a blob, an enum text, and `Option` NULL. A time takes text in the form that its
/// `Deserialize` expects. JSON in a column stays text. In a `serde_json::Value`, a blob is an array of numbers, and a column that is
/// declared `BOOLEAN` true or false.
///
/// ```
/// # use temps_plugin_sdk::prelude::*;
/// # use temps_plugin_sdk::testing;
/// # use serde::Deserialize;
/// #[derive(Deserialize)]
/// struct Note {
///     id: i64,
///     title: String,
/// }
///
/// # #[tokio::main] async fn main() -> Result<(), DatabaseError> {
/// # let db = testing::database("notes").await?;
/// db.sql("CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL)").execute().await?;
/// db.sql("INSERT INTO note (title) VALUES (?), (?)").bind("one").bind("two").execute().await?;
///
/// let notes: Vec<Note> = db.sql("SELECT id, title FROM note WHERE id > ?").bind(1).fetch_all().await?;
/// assert_eq!(notes[0].title, "two");
/// let count: u64 = db.sql("SELECT count(*) FROM note").fetch_one().await?;
/// assert_eq!(count, 2);
/// # let _ = notes[0].id;
/// # Ok(())
/// # }
/// ```
#[must_use = "a statement does nothing until it is executed or fetched"]
pub struct Sql<'a> {
    session: &'a dyn Session,
    sql: String,
    parameters: Vec<Value>,
}

impl<'a> Sql<'a> {
    pub(super) fn new(session: &'a dyn Session, sql: String) -> Self {
        Self { session, sql, parameters: Vec::new() }
    }

    /// Adds the next parameter, for the next `?` or for `?1`, `?2` and so on: anything that sea-orm has a value for, `Option`s too.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(value.into());
        self
    }

    /// Runs the statement; rows that it gives are left out. Without parameters it may be several statements: all of them happen,
    /// or none.
    ///
    /// # Errors
    ///
    /// Any [`DatabaseError`].
    pub async fn execute(self) -> Result<Changes, DatabaseError> {
        let Self { session, sql, parameters } = self;
        let changes = in_statement(Excerpt::of(&sql), async {
            let parameters = encode::parameters(parameters)?;
            session.ready().await?.execute(sql, parameters).await
        });
        changes.await
    }

    /// All rows, which come in one piece.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Value`] for a row that is no `T`, or any other [`DatabaseError`].
    pub async fn fetch_all<T: DeserializeOwned>(self) -> Result<Vec<T>, DatabaseError> {
        self.rows(usize::MAX).await
    }

    /// The first row. Those after it are not looked at.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::NoRow`] if there is none, and as [`fetch_all`](Self::fetch_all).
    pub async fn fetch_one<T: DeserializeOwned>(self) -> Result<T, DatabaseError> {
        self.fetch_optional().await?.ok_or(DatabaseError::NoRow)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    ///
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn fetch_optional<T: DeserializeOwned>(self) -> Result<Option<T>, DatabaseError> {
        Ok(self.rows(1).await?.pop())
    }

    /// The rows of a reading statement as they come, however many they are. See [`QueryStream`](super::QueryStream) for what a stream
    /// holds.
    pub fn fetch<T: DeserializeOwned + 'a>(self) -> impl Stream<Item = Result<T, DatabaseError>> + Send + 'a {
        let Self { session, sql, parameters } = self;
        let excerpt = Excerpt::of(&sql);
        let rows = async move {
            let stream = session.ready().await?.query_stream(sql, encode::parameters(parameters)?).await?;
            let columns = row::columns(stream.columns);
            Ok::<_, DatabaseError>(stream.rows.map(move |row| Row::new(&columns, row?).read()))
        };
        stream::once(rows).try_flatten().map_err(move |error| error.in_statement(&excerpt))
    }

    async fn rows<T: DeserializeOwned>(self, most: usize) -> Result<Vec<T>, DatabaseError> {
        let Self { session, sql, parameters } = self;
        let rows = in_statement(Excerpt::of(&sql), async {
            let parameters = encode::parameters(parameters)?;
            let Rows { columns, values } = session.ready().await?.query(sql, parameters).await?;
            let columns = row::columns(columns);
            let width = columns.len().max(1);
            let mut values = values.into_iter();
            let next = |values: &mut std::vec::IntoIter<backend::Value>| values.by_ref().take(width).collect::<Vec<_>>();
            (0..(values.len() / width).min(most)).map(|_| Row::new(&columns, next(&mut values)).read()).collect()
        });
        rows.await
    }
}

impl fmt::Debug for Sql<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sql").field("sql", &self.sql).field("parameters", &self.parameters.len()).finish_non_exhaustive()
    }
}
