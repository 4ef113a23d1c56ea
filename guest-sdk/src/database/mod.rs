//! SQLite databases of the plugin's own, with sea-orm or with plain SQL.
//!
//! [`PluginContext::database`](crate::PluginContext::database) opens one, a file `<label>.db` beside those of the plugin's other labels. It is kept over
//! restarts and traps: what was acknowledged is on the disk.
//!
//! ```
//! use temps_plugin_sdk::prelude::*;
//!
//! pub struct Store {
//!     db: Database,
//! }
//!
//! impl Store {
//!     pub async fn open(ctx: &PluginContext) -> Result<Self, DatabaseError> {
//!         let db = ctx.database("notes").await?;
//!         db.sql("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL)").execute().await?;
//!         Ok(Self { db })
//!     }
//!
//!     pub async fn add(&self, title: &str) -> Result<note::Model, DbErr> {
//!         note::ActiveModel { title: Set(title.to_owned()), ..Default::default() }.insert(&self.db).await
//!     }
//! }
//!
//! pub mod note {
//!     use temps_plugin_sdk::sea_orm::{self, entity::prelude::*};
//!
//!     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//!     #[sea_orm(table_name = "note")]
//!     pub struct Model {
//!         #[sea_orm(primary_key)]
//!         pub id: i32,
//!         pub title: String,
//!     }
//!
//!     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//!     pub enum Relation {}
//!
//!     impl ActiveModelBehavior for ActiveModel {}
//! }
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::open(&temps_plugin_sdk::testing::context()).await?;
//! assert_eq!(store.add("first").await?.id, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # sea-orm
//!
//! It is sea-orm 2 itself, without its drivers. An author's crate depends on it through the SDK's package, or uses
//! [`temps_plugin_sdk::sea_orm`](crate::sea_orm) as above:
//!
//! ```toml
//! sea-orm = { package = "temps-sea-orm", version = "0.1" }
//! ```
//!
//! Entities, queries, relations, transactions and streams are the same. Entities derived with the crate `sea-orm` itself are not:
//! opening a database is [`DatabaseError::UnknownEntity`] then. [`DbErr::sql_err`](sea_orm::DbErr::sql_err) knows sea-orm's own drivers only:
//! ask [`DatabaseError::of`].
//!
//! # What a value becomes
//!
//! SQLite keeps integers, reals, text and blobs, whatever a column declares. What is read is decided for the column:
//!
//! | The column | becomes |
//! |---|---|
//! | is that of an entity, also under another name, in a join or with `RETURNING` | the type of the entity's field |
//! | is declared, in a table without an entity: `BOOLEAN`, `BOOL` | `bool` |
//! | `BIGINT`, `INT8` | `i64` |
//! | other types with `INT` in them | `i32`; a value beyond it is an error |
//! | `DATE`, `TIME` | `Date`, `Time` |
//! | `DATETIME`, `TIMESTAMP` | `DateTimeUtc` |
//! | types with `CHAR`, `CLOB` or `TEXT` in them | `String` |
//! | with `BLOB` in them | `Vec<u8>` |
//! | with `REAL`, `FLOA` or `DOUB` in them | `f64` |
//! | is an expression, such as `count(*)` or `max(size)`, or declared otherwise | `i64`, `f64`, `String` or `Vec<u8>`, as the value is |
//!
//! The field that reads it has to be of that very type: **sea-orm gives `None` to an `Option` of another one**, and an error that speaks
//! of NULL to what is no `Option`. `Option<i32>` over `max(size)` is `None`: read an `Option<i64>`. With [`sql`](Database::sql) numbers
//! convert by themselves, and what does not fit is an error.
//!
//! A value that does not fit its column's type is [`DatabaseError::Value`], which names table and column. An `INTEGER` without an
//! entity is not `i64` for large values only: then it would depend on the data whether a field can read it.
//!
//! Values are stored as sea-orm's own SQLite driver stores them, so that a native plugin's file can be taken over: times as text,
//! `Uuid` as a blob of 16 bytes, `Json` and `Decimal` as text, `bool` as 0 and 1. Times are also read from SQLite's other forms, `Uuid` from text,
//! and `Decimal` from numbers. A `u64` beyond `i64::MAX` is [`DatabaseError::Parameter`].
//!
//! # By position, and as JSON
//!
//! A row of sea-orm is a map here, sorted by name. So that `into_tuple` and `try_get_by_index` find the columns in the order of
//! the statement, rows whose columns are not in alphabetical order have further keys, which begin with [`POSITION`]. `into_json`
//! and `column_names` show them: [`names_only`] takes them out. They are left out where they are not needed: when a query of sea-orm's
//! builder gives all columns of an entity in its order, and a tuple of them would not fit the alphabetical order. Such a tuple is an
//! error then that speaks of NULL; select the columns in another order, or read the model.
//!
//! For JSON there is a shorter way, which also knows blobs, at which `into_json` panics if they are not UTF-8:
//!
//! ```
//! # use temps_plugin_sdk::prelude::*;
//! # async fn example(db: &Database) -> Result<(), DatabaseError> {
//! let notes: Vec<serde_json::Value> = db.sql("SELECT id, title FROM note").fetch_all().await?;
//! # Ok(())
//! # }
//! ```

pub(crate) mod backend;
mod connection;
mod decode;
mod encode;
mod entities;
mod error;
mod excerpt;
mod kind;
mod migrate;
mod moment;
#[cfg(not(target_family = "wasm"))]
mod native;
mod row;
mod savepoints;
mod session;
mod shape;
mod sql;
mod stream;
mod transaction;

pub use connection::Database;
pub use error::{Constraint, DatabaseError};
pub use excerpt::SHOWN_SQL_BYTES;
pub use migrate::{Migration, MigrationError};
pub use sql::Sql;
pub use stream::QueryStream;
pub use transaction::DatabaseTransaction;

/// Opens databases by label. A type for each target, not an object: a component without a database carries nothing of this.
#[cfg(target_family = "wasm")]
pub(crate) use crate::wasm::Opener;
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::Opener;

/// What the keys begin with that give a row's columns their positions. A control character: no column's name sorts before it.
pub const POSITION: char = '\u{1}';

/// What a statement changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Rows that it inserted, updated or deleted, without those of triggers and foreign keys.
    pub rows_affected: u64,
    /// The rowid of the row that was inserted last; of no meaning for other statements.
    pub last_insert_rowid: i64,
}

/// Takes the keys of positions out of what `into_json` gave. Other values stay as they are.
///
/// ```
/// use temps_plugin_sdk::database::names_only;
///
/// let row = serde_json::json!({ "\u{1}00000": 7, "\u{1}00001": "x", "id": 7, "body": "x" });
/// assert_eq!(names_only(row), serde_json::json!({ "id": 7, "body": "x" }));
/// ```
#[must_use]
pub fn names_only(mut row: serde_json::Value) -> serde_json::Value {
    if let Some(columns) = row.as_object_mut() {
        columns.retain(|name, _| !name.starts_with(POSITION));
    }
    row
}
