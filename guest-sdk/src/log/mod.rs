//! From `tracing` to the launcher's log.

mod fields;
mod layer;

pub(crate) use layer::LogLayer;

use tracing::Level;

/// Where log lines go.
pub(crate) trait Sink: 'static {
    /// Writes a line. It must not wait.
    fn emit(&self, level: Level, target: &str, message: String, fields: Vec<(String, String)>);
}
