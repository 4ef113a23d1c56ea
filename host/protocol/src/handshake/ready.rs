use serde::Serialize;
use serde_json::Value;

use super::{HandshakeError, Line, check_type, check_version, object};
use crate::{ProtocolVersion, json};

/// The plugin's second line: its socket is bound, and health checks are answered from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadyLine {
    /// Whether the plugin serves a user interface below `/ui/`.
    pub has_ui: bool,
    /// The plugin's OpenAPI document. Left out of the line when `None`.
    pub openapi: Option<Value>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "ready")]
struct Wire<'a> {
    ready: bool,
    has_ui: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    openapi: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol_version: Option<u32>,
}

impl ReadyLine {
    /// The line, without its newline.
    #[must_use]
    pub fn encode(&self, version: ProtocolVersion) -> String {
        let protocol_version = match version {
            ProtocolVersion::V1 => None,
            ProtocolVersion::V2 => Some(version.number()),
        };
        json::text(&Wire { ready: true, has_ui: self.has_ui, openapi: self.openapi.as_ref(), protocol_version })
    }
}

/// Reads a plugin's second line, as a host does. The empty text stands for a stream that ended.
///
/// # Errors
///
/// [`HandshakeError`] when the line is not the one of this version: `Closed`, `NotJson`,
/// `NotAnObject`, `Type`, `Version` (v2 only), `NotReady`, `FieldType`. A missing `has_ui` means
/// `false`.
pub fn decode_ready_line(version: ProtocolVersion, text: &str) -> Result<ReadyLine, HandshakeError> {
    let line = Line::Ready;
    let mut fields = object(line, text)?;
    check_type(line, &fields, "ready")?;
    if version == ProtocolVersion::V2 {
        check_version(line, &fields)?;
    }
    if fields.get("ready") != Some(&Value::Bool(true)) {
        return Err(HandshakeError::NotReady);
    }
    let has_ui = match fields.get("has_ui") {
        None => false,
        Some(Value::Bool(has_ui)) => *has_ui,
        Some(_) => {
            return Err(HandshakeError::FieldType { line, field: "has_ui", expected: "a boolean" });
        }
    };
    let openapi = fields.remove("openapi").filter(|openapi| !openapi.is_null());
    Ok(ReadyLine { has_ui, openapi })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use ProtocolVersion::{V1, V2};

    #[track_caller]
    fn refused(version: ProtocolVersion, line: &Value) -> HandshakeError {
        let error = decode_ready_line(version, &line.to_string()).unwrap_err();
        assert!(error.to_string().starts_with("ready line: "), "{error}");
        error
    }

    #[test]
    fn a_line_that_is_no_object_is_refused() {
        let error = decode_ready_line(V1, "").unwrap_err();
        assert!(matches!(error, HandshakeError::Closed { line: Line::Ready }), "{error:?}");
        let error = decode_ready_line(V2, "ready").unwrap_err();
        assert!(matches!(error, HandshakeError::NotJson { line: Line::Ready, .. }), "{error:?}");
        let error = refused(V1, &json!(true));
        assert!(matches!(error, HandshakeError::NotAnObject { line: Line::Ready }), "{error:?}");
    }

    #[test]
    fn only_v2_needs_the_version() {
        let line = json!({"type": "ready", "ready": true, "has_ui": true});
        let ready = ReadyLine { has_ui: true, openapi: None };
        assert_eq!(decode_ready_line(V1, &line.to_string()).unwrap(), ready);
        let error = refused(V2, &line);
        assert!(matches!(error, HandshakeError::Version { line: Line::Ready, found: None }), "{error:?}");
        assert_eq!(decode_ready_line(V1, &ready.encode(V2)).unwrap(), ready);
    }

    #[test]
    fn another_type_is_refused() {
        let error = refused(V1, &json!({"type": "manifest", "ready": true}));
        assert!(matches!(error, HandshakeError::Type { line: Line::Ready, expected: "ready", .. }), "{error:?}");
    }

    #[test]
    fn ready_has_to_be_true() {
        for line in [json!({"type": "ready"}), json!({"type": "ready", "ready": false}), json!({"type": "ready", "ready": 1})] {
            let error = refused(V1, &line);
            assert!(matches!(error, HandshakeError::NotReady), "{error:?}");
        }
    }

    #[test]
    fn has_ui_is_a_boolean_and_false_when_missing() {
        let ready = decode_ready_line(V1, r#"{"type":"ready","ready":true,"openapi":null}"#).unwrap();
        assert_eq!(ready, ReadyLine { has_ui: false, openapi: None });
        let error = refused(V1, &json!({"type": "ready", "ready": true, "has_ui": "yes"}));
        assert!(matches!(error, HandshakeError::FieldType { line: Line::Ready, field: "has_ui", .. }), "{error:?}");
    }
}
