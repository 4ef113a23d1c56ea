//! The launcher: where it is, what machine it is for, how it prepares a component, and its log.

mod ending;
mod find;
mod log_line;
mod machine;
mod prepare;

pub(crate) use ending::Ending;
pub use find::{LAUNCHER, LauncherError, find_launcher};
pub(crate) use log_line::{LogLine, log_end};
pub use log_line::{Style, render};
pub use machine::Machine;
pub(crate) use prepare::{POLICY, remarks};
pub use prepare::{PrepareError, Prepared, compile, prepare};
