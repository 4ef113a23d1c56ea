//! The lines that host and plugin exchange before the socket is used.
//!
//! ```text
//!            v1                                  v2
//!  plugin ─▶ {"type":"manifest", …fields}        {"type":"hello","protocol_version":2,"manifest":{…}}
//!  host   ─▶ nothing                             {"protocol_version":2,"auth_secret":"…", …}
//!  plugin ─▶ {"type":"ready","ready":true, …}    {"type":"ready","ready":true, …,"protocol_version":2}
//! ```
//!
//! Encoders give the line without its newline; decoders take it with or without one.

mod error;
mod launch;
mod manifest_line;
mod ready;

pub use error::{HandshakeError, Line};
pub use launch::LaunchLine;
pub use manifest_line::{decode_manifest_line, encode_manifest_line};
pub use ready::{ReadyLine, decode_ready_line};

use serde_json::{Map, Value};

use crate::ProtocolVersion;

const PROTOCOL_VERSION: &str = "protocol_version";

/// The fields of a line.
fn object(line: Line, text: &str) -> Result<Map<String, Value>, HandshakeError> {
    if text.is_empty() {
        return Err(HandshakeError::Closed { line });
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(HandshakeError::NotAnObject { line }),
        Err(reason) => Err(HandshakeError::NotJson { line, reason }),
    }
}

/// Checks the `type` that the plugin's lines carry.
fn check_type(line: Line, fields: &Map<String, Value>, expected: &'static str) -> Result<(), HandshakeError> {
    match fields.get("type") {
        Some(found) if found == expected => Ok(()),
        found => Err(HandshakeError::Type { line, expected, found: found.map(Value::to_string) }),
    }
}

/// Checks the version number that v2 lines carry.
fn check_version(line: Line, fields: &Map<String, Value>) -> Result<(), HandshakeError> {
    match fields.get(PROTOCOL_VERSION) {
        Some(found) if found.as_u64() == Some(u64::from(ProtocolVersion::V2.number())) => Ok(()),
        found => Err(HandshakeError::Version { line, found: found.map(Value::to_string) }),
    }
}
