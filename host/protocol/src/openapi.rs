//! What a plugin's OpenAPI document has to be, so that a host can merge it into its own.
//!
//! | Part | Rule |
//! |---|---|
//! | the document | a JSON object |
//! | `openapi` | a version `3.x` |
//! | `info.title`, `info.version` | texts |
//! | `paths`, `components`, `webhooks` | objects; one of them at least |
//! | the names in `paths` | begin with `/`; an object each |
//!
//! The rest of the specification is not checked.

use serde_json::{Map, Value};

/// The parts of which a document needs one.
const PARTS: [&str; 3] = ["paths", "components", "webhooks"];

/// Which rule a document breaks.
///
/// The messages show names escaped, as the document is the plugin's and may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenApiError {
    /// It is a JSON value of another kind.
    #[error("it is no JSON object")]
    NotAnObject,
    /// It says no version.
    #[error("it has no `openapi` version: give one such as \"3.1.0\"")]
    NoVersion,
    /// It is of a version that hosts do not read.
    #[error("its `openapi` version is {found}, and 3.x is expected")]
    Version {
        /// The value given, as JSON.
        found: String,
    },
    /// A text is missing, or something else.
    #[error("its `{field}` is missing or no text")]
    NoText {
        /// Which one.
        field: &'static str,
    },
    /// It describes nothing.
    #[error("it has neither `paths` nor `components` nor `webhooks`")]
    Empty,
    /// A part is something else than an object.
    #[error("its `{part}` is no JSON object")]
    Part {
        /// Which one.
        part: &'static str,
    },
    /// A path does not begin with `/`.
    #[error("its path {path:?} does not begin with `/`")]
    Path {
        /// The path given.
        path: String,
    },
    /// What stands at a path is something else than an object.
    #[error("its path {path:?} is no JSON object")]
    PathItem {
        /// The path.
        path: String,
    },
}

/// Checks a document.
///
/// # Errors
///
/// [`OpenApiError`] names the first rule that it breaks.
pub fn check(document: &Value) -> Result<(), OpenApiError> {
    let document = document.as_object().ok_or(OpenApiError::NotAnObject)?;
    match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.") => {}
        Some(other) => return Err(OpenApiError::Version { found: other.to_string() }),
        None => return Err(OpenApiError::NoVersion),
    }
    let info = document.get("info");
    for (field, name) in [("info.title", "title"), ("info.version", "version")] {
        if !info.and_then(|info| info.get(name)).is_some_and(Value::is_string) {
            return Err(OpenApiError::NoText { field });
        }
    }
    let mut is_empty = true;
    for part in PARTS {
        match document.get(part) {
            None => {}
            Some(Value::Object(_)) => is_empty = false,
            Some(_) => return Err(OpenApiError::Part { part }),
        }
    }
    if is_empty {
        return Err(OpenApiError::Empty);
    }
    document.get("paths").and_then(Value::as_object).map_or(Ok(()), check_paths)
}

fn check_paths(paths: &Map<String, Value>) -> Result<(), OpenApiError> {
    for (path, item) in paths {
        // The specification lets extensions stand among the paths.
        if !path.starts_with('/') && !path.starts_with("x-") {
            return Err(OpenApiError::Path { path: path.clone() });
        }
        if path.starts_with('/') && !item.is_object() {
            return Err(OpenApiError::PathItem { path: path.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(more: Value) -> Value {
        let mut document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" } });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        document
    }

    #[test]
    fn each_part_is_enough() {
        for part in PARTS {
            assert_eq!(check(&with(json!({ part: {} }))), Ok(()), "{part}");
        }
        let paths = json!({ "/": {}, "/a/{id}": { "get": { "responses": {} } }, "x-order": ["/"] });
        assert_eq!(check(&with(json!({ "openapi": "3.0.3", "paths": paths, "x-more": 1 }))), Ok(()));
    }

    #[test]
    fn each_rule_is_named() {
        let bare = with(json!({}));
        for (document, said) in [
            (json!(null), "no JSON object"),
            (json!([]), "no JSON object"),
            (json!({}), "no `openapi` version"),
            (json!({ "swagger": "2.0" }), "no `openapi` version"),
            (with(json!({ "openapi": 3.1 })), "3.1, and 3.x is expected"),
            (with(json!({ "openapi": "2.0" })), "\"2.0\", and 3.x is expected"),
            (with(json!({ "info": null })), "`info.title`"),
            (with(json!({ "info": { "title": "t" } })), "`info.version`"),
            (with(json!({ "info": { "title": 1, "version": "1" } })), "`info.title`"),
            (bare, "neither `paths` nor `components` nor `webhooks`"),
            (with(json!({ "paths": [] })), "`paths` is no JSON object"),
            (with(json!({ "paths": {}, "components": 1 })), "`components` is no JSON object"),
            (with(json!({ "paths": { "a\nb": {} } })), r#"path "a\nb" does not begin"#),
            (with(json!({ "paths": { "": {} } })), r#"path "" does not begin"#),
            (with(json!({ "paths": { "/a": [] } })), r#"path "/a" is no JSON object"#),
        ] {
            let error = check(&document).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
