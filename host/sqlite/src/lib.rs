//! A plugin's SQLite databases: files in one folder, opened by label.
//!
//! | module | what it is about |
//! |---|---|
//! | [`Databases`] | a plugin's databases, opened by [`Label`] |
//! | [`Database`], [`Transaction`], [`RowStream`] | statements, without a thread of the caller's being held up |
//! | `pool` | threads with a connection each, and turns: one writes, some read |
//! | `connection` | one connection: how it is opened, and how a statement runs on it |
//! | `containment` | what SQL may not do |
//! | [`settings`] | every limit |
//!
//! # What is kept
//!
//! Files are in write-ahead mode with `synchronous=FULL`: what was acknowledged is on the disk, whenever the process or the machine
//! stops. Foreign keys are on. A file that a native plugin or the `sqlite3` tool made opens as it is, and the other way round.
//!
//! # What is refused
//!
//! `ATTACH`, `DETACH`, `VACUUM`, extensions, pragmas that leave the file, weaken it or raise limits, and virtual tables of modules
//! that do, by SQLite's own authorizer; a label that is more than a name; a symbolic link in the place of a file.
//!
//! # What is not here
//!
//! It knows nothing of guests, and maps no types but SQLite's own. There is no encryption, no backup and no replication: copy the file
//! with `sqlite3 notes.db ".backup copy.db"`, which is safe while a plugin runs.

mod connection;
mod containment;
mod database;
mod databases;
mod error;
mod label;
mod pool;
pub mod settings;
mod stream;
mod transaction;
mod value;

pub use database::Database;
pub use databases::Databases;
pub use error::{Constraint, Error};
pub use label::Label;
#[doc(inline)]
pub use settings::Settings;
pub use stream::RowStream;
pub use transaction::Transaction;
pub use value::{Access, Changes, Column, Origin, Rows, Value};
