//! The guest's OpenAPI document, from text to what is announced.

use serde_json::Value;
use temps_plugin_protocol::{OpenApiError, openapi};

use super::DescribeError;

/// Why an OpenAPI document cannot be announced.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It has more bytes than [`crate::Limits::openapi_bytes`].
    #[error("it has {bytes} bytes, and {limit} are allowed (limit openapi_bytes)")]
    TooLarge {
        /// Its bytes.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// It is JSON, and no OpenAPI document.
    #[error(transparent)]
    Invalid(#[from] OpenApiError),
}

/// Reads and checks a document of at most `limit` bytes.
pub(super) fn read(text: &str, limit: usize) -> Result<Value, DescribeError> {
    Ok(parse(text, limit)?)
}

/// Checks a document that was read from within `bytes` bytes. Its own size is that of its compact text.
pub(super) fn check(document: &Value, bytes: usize, limit: usize) -> Result<(), DocumentError> {
    // Only what could be too large is written out to be measured.
    let bytes = if bytes > limit { document.to_string().len() } else { bytes };
    if bytes > limit {
        return Err(DocumentError::TooLarge { bytes, limit });
    }
    Ok(openapi::check(document)?)
}

fn parse(text: &str, limit: usize) -> Result<Value, DocumentError> {
    if text.len() > limit {
        return Err(DocumentError::TooLarge { bytes: text.len(), limit });
    }
    let document: Value = serde_json::from_str(text)?;
    openapi::check(&document)?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::OPENAPI_BYTES;

    const SMALL: &str = r#"{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{}}"#;

    #[test]
    fn a_document_is_checked() {
        assert_eq!(read(SMALL, OPENAPI_BYTES).unwrap()["info"]["title"], "t");
        for (text, said) in [("{", "it is not JSON"), ("", "it is not JSON"), ("{}", "it has no `openapi` version")] {
            let error = read(text, OPENAPI_BYTES).unwrap_err().to_string();
            assert!(error.starts_with("the plugin's OpenAPI document is not valid: ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_document_has_a_largest_size() {
        let document = |bytes: usize| SMALL.to_owned() + &" ".repeat(bytes - SMALL.len());
        assert!(read(&document(OPENAPI_BYTES), OPENAPI_BYTES).is_ok());
        let error = read(&document(OPENAPI_BYTES + 1), OPENAPI_BYTES).unwrap_err().to_string();
        assert!(error.ends_with("it has 1048577 bytes, and 1048576 are allowed (limit openapi_bytes)"), "{error}");
        assert!(read(SMALL, SMALL.len()).is_ok());
        assert!(read(SMALL, SMALL.len() - 1).is_err());
    }
}
