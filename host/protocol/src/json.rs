//! Writing JSON text of values that always have one.

use serde::Serialize;

/// The JSON text of `value`, on one line.
///
/// Only for this crate's own message types: writing JSON to memory fails for maps whose keys are
/// not strings, and they have none. Were one to come in, the peer would get `null`, which each
/// decoder refuses.
pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
