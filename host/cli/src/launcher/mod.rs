//! The launcher: where it is, what machine it is for, how it prepares a component, and its log.

mod find;
mod log_line;
mod machine;
mod prepare;

pub use find::{LAUNCHER, LauncherError, find_launcher};
pub(crate) use log_line::{LogLine, log_end};
pub use log_line::{Style, render};
pub use machine::Machine;
pub use prepare::{PrepareError, Prepared, compile, prepare};
