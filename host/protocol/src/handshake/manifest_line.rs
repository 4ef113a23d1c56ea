use serde::Serialize;
use serde_json::Value;

use super::{HandshakeError, Line, check_type, check_version, object};
use crate::{PluginManifest, ProtocolVersion, json};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ManifestLine<'a> {
    Manifest(&'a PluginManifest),
    Hello { protocol_version: u32, manifest: &'a PluginManifest },
}

/// The plugin's first line, without its newline.
///
/// The manifest is not checked: a caller validates it before.
#[must_use]
pub fn encode_manifest_line(version: ProtocolVersion, manifest: &PluginManifest) -> String {
    json::text(&match version {
        ProtocolVersion::V1 => ManifestLine::Manifest(manifest),
        ProtocolVersion::V2 => ManifestLine::Hello { protocol_version: version.number(), manifest },
    })
}

/// Reads a plugin's first line, as a host does.
///
/// The empty text stands for a stream that ended. The manifest's content is not checked: see
/// [`PluginManifest::validate`].
///
/// # Errors
///
/// [`HandshakeError`] when the line is not the one of this version: `Closed`, `NotJson`,
/// `NotAnObject`, `Type`, `Version` and `Missing` (v2 only), `Manifest`.
pub fn decode_manifest_line(version: ProtocolVersion, text: &str) -> Result<PluginManifest, HandshakeError> {
    let line = Line::Manifest;
    let mut fields = object(line, text)?;
    let manifest = match version {
        ProtocolVersion::V1 => {
            check_type(line, &fields, "manifest")?;
            Value::Object(fields)
        }
        ProtocolVersion::V2 => {
            check_type(line, &fields, "hello")?;
            check_version(line, &fields)?;
            fields.remove("manifest").ok_or(HandshakeError::Missing { line, field: "manifest" })?
        }
    };
    serde_json::from_value(manifest).map_err(|reason| HandshakeError::Manifest { reason })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use ProtocolVersion::{V1, V2};

    #[track_caller]
    fn refused(version: ProtocolVersion, line: &Value) -> HandshakeError {
        let error = decode_manifest_line(version, &line.to_string()).unwrap_err();
        assert!(error.to_string().starts_with("manifest line: "), "{error}");
        error
    }

    #[test]
    fn a_line_that_is_no_object_is_refused() {
        for version in [V1, V2] {
            let error = decode_manifest_line(version, "").unwrap_err();
            assert!(matches!(error, HandshakeError::Closed { line: Line::Manifest }), "{error:?}");
            let error = decode_manifest_line(version, "starting up …").unwrap_err();
            assert!(matches!(error, HandshakeError::NotJson { line: Line::Manifest, .. }), "{error:?}");
            let error = refused(version, &json!(["manifest"]));
            assert!(matches!(error, HandshakeError::NotAnObject { line: Line::Manifest }), "{error:?}");
        }
    }

    #[test]
    fn the_type_belongs_to_the_version() {
        let error = refused(V1, &json!({"type": "hello"}));
        assert_eq!(error.to_string(), r#"manifest line: `type` is `"hello"`, expected `"manifest"`"#);
        let error = refused(V2, &json!({"name": "p"}));
        assert_eq!(error.to_string(), r#"manifest line: `type` is missing, expected `"hello"`"#);
        assert!(matches!(refused(V2, &json!({"type": 2})), HandshakeError::Type { .. }));
    }

    #[test]
    fn v2_has_a_version_and_a_manifest() {
        let error = refused(V2, &json!({"type": "hello", "protocol_version": 3, "manifest": {}}));
        assert!(matches!(error, HandshakeError::Version { line: Line::Manifest, .. }), "{error:?}");
        let error = refused(V2, &json!({"type": "hello", "protocol_version": 2}));
        assert!(matches!(error, HandshakeError::Missing { line: Line::Manifest, field: "manifest" }), "{error:?}");
    }

    #[test]
    fn a_manifest_needs_its_name() {
        let error = refused(V1, &json!({"type": "manifest", "version": "1.0.0"}));
        assert!(matches!(error, HandshakeError::Manifest { .. }), "{error:?}");
        assert!(error.to_string().contains("`name`"), "{error}");
        let error = refused(V2, &json!({"type": "hello", "protocol_version": 2, "manifest": {"version": "1.0.0"}}));
        assert!(error.to_string().contains("`name`"), "{error}");
    }

    #[test]
    fn the_type_comes_first() {
        let manifest = PluginManifest::builder("p", "1.0.0").build();
        assert!(encode_manifest_line(V1, &manifest).starts_with(r#"{"type":"manifest","name":"p","#));
        let hello = r#"{"type":"hello","protocol_version":2,"manifest":{"name":"p","#;
        assert!(encode_manifest_line(V2, &manifest).starts_with(hello));
    }
}
