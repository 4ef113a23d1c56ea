//! Functions of SQLite whose time grows faster than their arguments, and that nothing interrupts: on large values they take hours.
//!
//! | functions | here |
//! |---|---|
//! | `instr`, `replace`, `trim`, `ltrim`, `rtrim`, `unhex` | the same, in as many steps as the arguments have bytes added |
//! | `snippet`, `highlight` of FTS5 | the same, in as many steps as text and matches together |
//! | `json_patch`, `jsonb_patch` | SQLite's own, on documents of which one is small enough |
//! | `json_pretty` | SQLite's own, on documents that are not deep and large |
//! | `json_set`, `json_insert`, `jsonb_set`, `jsonb_insert` | SQLite's own, with paths that do not take the thread's stack |
//! | `like`, `glob` | SQLite's own, with patterns of at most so many bytes as the settings say |

mod fts5;
mod json;
mod text;

use rusqlite::{Connection, Error};

/// Puts the functions in place of SQLite's. `value_bytes` bounds what they make.
pub(crate) fn replace_slow_functions(connection: &Connection, value_bytes: usize) -> Result<(), Error> {
    text::install(connection, value_bytes)?;
    json::install(connection)?;
    fts5::install(connection, value_bytes)
}
