//! What SQL may not do: SQLite's own authorizer, asked about each part of a statement when it is prepared, and functions in place of those
//! that could compute for hours without an interruption.

mod authorizer;
mod functions;
mod pragmas;

pub(crate) use authorizer::{Gate, Refusal};
pub(crate) use functions::replace_slow_functions;
pub(crate) use pragmas::is_off;
