//! Databases as plugins use them: sea-orm and plain SQL over SQLite itself.

#![allow(unreachable_pub, reason = "entities are public, as authors write them")]
#![allow(clippy::unwrap_used, reason = "what tests share is a test too, though clippy does not see it")]

mod files;
mod migrations;
mod notes;
mod queries;
mod raw_sql;
mod relations;
mod sample;
mod selections;
mod transactions;
mod types;
mod writes;
