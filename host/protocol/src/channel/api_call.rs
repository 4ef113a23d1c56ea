use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Capability;

/// The most bytes of body that an API call may carry: 32 MiB, the host's own rule.
///
/// What counts is the JSON text, or the contents of all parts before base64; names, file names and
/// framing do not. A larger call is refused when it is encoded, and when it is decoded. It is the
/// host's number and cannot be set.
pub const MAX_API_PAYLOAD_BYTES: usize = 32 * 1024 * 1024;

/// A call of the platform's HTTP API on behalf of a signed-in user, v2 only.
///
/// The plugin needs the [`Capability`] that [`ApiMethod::capability`] names, and the user the
/// permission for what is called. The debug form shows neither the token nor the body's content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiCall {
    /// The HTTP method.
    pub method: ApiMethod,
    /// The path below `/api`, such as `/projects/7`.
    pub path: String,
    /// The query string, without the `?`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<ApiBody>,
    /// The token from the caller's [`ACTOR_TOKEN`](crate::headers::ACTOR_TOKEN) header.
    pub actor: String,
}

impl ApiCall {
    /// The bytes that count against [`MAX_API_PAYLOAD_BYTES`].
    #[must_use]
    pub fn payload_bytes(&self) -> usize {
        self.body.as_ref().map_or(0, ApiBody::payload_bytes)
    }
}

impl fmt::Debug for ApiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiCall")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body", &self.body)
            .field("actor", &"…")
            .finish()
    }
}

/// The method of an API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ApiMethod {
    /// Reads.
    Get,
    /// Creates, or does.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

impl ApiMethod {
    /// The method as HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// What a plugin's manifest has to ask for before it may use the method.
    #[must_use]
    pub fn capability(self) -> Capability {
        match self {
            Self::Get => Capability::ApiRead,
            Self::Post | Self::Put | Self::Patch | Self::Delete => Capability::ApiWrite,
        }
    }
}

impl fmt::Display for ApiMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of an API call. The debug form shows sizes, not contents.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum ApiBody {
    /// JSON, as text. Not checked here.
    Json(String),
    /// A form with files. The host writes the boundaries.
    Multipart(Vec<MultipartPart>),
}

impl ApiBody {
    /// The bytes that count against [`MAX_API_PAYLOAD_BYTES`].
    #[must_use]
    pub fn payload_bytes(&self) -> usize {
        match self {
            Self::Json(text) => text.len(),
            Self::Multipart(parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(part.content.len())),
        }
    }
}

impl fmt::Debug for ApiBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(text) => write!(f, "Json({} bytes)", text.len()),
            Self::Multipart(parts) => f.debug_tuple("Multipart").field(parts).finish(),
        }
    }
}

/// A part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultipartPart {
    /// The form field's name.
    pub name: String,
    /// The file's name, for a part that is a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The part's media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// What is in it.
    pub content: PartContent,
}

/// The content of a part. The debug form shows sizes, not contents.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum PartContent {
    /// Text.
    Text(String),
    /// Bytes; on the wire they are base64, the standard alphabet with padding.
    Binary(#[serde(serialize_with = "write_base64", deserialize_with = "read_base64")] Vec<u8>),
}

impl PartContent {
    /// Its size in bytes, before base64.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for PartContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}

/// What the platform's HTTP API answered. The debug form shows the body's size, not its content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiResponse {
    /// The HTTP status. An answer with an error status is still an answer: the call itself went
    /// through.
    pub status: u16,
    /// The body, JSON text; may be empty.
    pub body: String,
}

impl fmt::Debug for ApiResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiResponse {{ status: {}, body: {} bytes }}", self.status, self.body.len())
    }
}

fn write_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(|error| de::Error::custom(format_args!("not base64: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(content: PartContent) -> MultipartPart {
        MultipartPart { name: "ignored".into(), filename: Some("ignored".into()), content_type: None, content }
    }

    #[test]
    fn methods_are_upper_case_and_only_get_reads() {
        let methods = [
            (ApiMethod::Get, "GET", Capability::ApiRead),
            (ApiMethod::Post, "POST", Capability::ApiWrite),
            (ApiMethod::Put, "PUT", Capability::ApiWrite),
            (ApiMethod::Patch, "PATCH", Capability::ApiWrite),
            (ApiMethod::Delete, "DELETE", Capability::ApiWrite),
        ];
        for (method, text, capability) in methods {
            assert_eq!(serde_json::to_value(method).unwrap(), json!(text));
            assert_eq!(serde_json::from_value::<ApiMethod>(json!(text)).unwrap(), method);
            assert_eq!(method.to_string(), text);
            assert_eq!(method.capability(), capability);
        }
        for text in ["get", "HEAD", "OPTIONS", ""] {
            assert!(serde_json::from_value::<ApiMethod>(json!(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn every_byte_survives_base64() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for bytes in [all, vec![], vec![0], vec![0, 1], vec![0, 1, 2]] {
            let content = PartContent::Binary(bytes);
            let written = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<PartContent>(&written).unwrap(), content);
        }
    }

    #[test]
    fn what_is_not_base64_is_refused_without_being_shown() {
        for value in ["AA", "A===", "AAAA\n", "_-__", "topsecret"] {
            let part = json!({"kind": "binary", "value": value});
            let error = serde_json::from_value::<PartContent>(part).unwrap_err().to_string();
            assert!(error.contains("not base64"), "{error}");
            assert!(!error.contains("topsecret"), "{error}");
        }
    }

    #[test]
    fn contents_count_and_framing_does_not() {
        let parts = vec![part(PartContent::Binary(vec![0; 1000])), part(PartContent::Text("äx".into()))];
        assert_eq!(ApiBody::Multipart(parts).payload_bytes(), 1003);
        assert_eq!(ApiBody::Multipart(Vec::new()).payload_bytes(), 0);
        assert_eq!(ApiBody::Json("{}".into()).payload_bytes(), 2);
        assert!(PartContent::Text(String::new()).is_empty());
        assert!(!PartContent::Binary(vec![0]).is_empty());
    }

    #[test]
    fn the_debug_form_shows_neither_token_nor_contents() {
        let body = |body| ApiCall {
            method: ApiMethod::Post,
            path: "/projects".into(),
            query: None,
            body: Some(body),
            actor: "hidden".into(),
        };
        let parts = vec![part(PartContent::Text("hidden".into())), part(PartContent::Binary(b"hidden".to_vec()))];
        for call in [body(ApiBody::Json("hidden".into())), body(ApiBody::Multipart(parts))] {
            let shown = format!("{call:?}");
            assert!(!shown.contains("hidden"), "{shown}");
            assert!(shown.contains("/projects") && shown.contains("6 bytes"), "{shown}");
        }
        let shown = format!("{:?}", ApiResponse { status: 200, body: "hidden".into() });
        assert!(!shown.contains("hidden") && shown.contains("200"), "{shown}");
    }
}
