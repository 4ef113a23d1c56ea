//! An API call and its answer in both sides' terms.

use temps_plugin_protocol::{ApiBody, ApiMethod, ApiResponse, Capability, MultipartPart, PartContent};

use crate::bindings::platform as wit;

impl From<wit::ApiMethod> for ApiMethod {
    fn from(method: wit::ApiMethod) -> Self {
        match method {
            wit::ApiMethod::Get => Self::Get,
            wit::ApiMethod::Post => Self::Post,
            wit::ApiMethod::Put => Self::Put,
            wit::ApiMethod::Patch => Self::Patch,
            wit::ApiMethod::Delete => Self::Delete,
        }
    }
}

impl From<wit::ApiBody> for ApiBody {
    fn from(body: wit::ApiBody) -> Self {
        match body {
            wit::ApiBody::Json(text) => Self::Json(text),
            wit::ApiBody::Multipart(parts) => Self::Multipart(parts.into_iter().map(Into::into).collect()),
        }
    }
}

impl From<wit::Part> for MultipartPart {
    fn from(part: wit::Part) -> Self {
        let wit::Part { name, filename, content_type, content } = part;
        let content = match content {
            wit::PartContent::Text(text) => PartContent::Text(text),
            wit::PartContent::Binary(bytes) => PartContent::Binary(bytes),
        };
        Self { name, filename, content_type, content }
    }
}

impl From<ApiResponse> for wit::ApiResponse {
    fn from(response: ApiResponse) -> Self {
        let ApiResponse { status, body } = response;
        Self { status, body }
    }
}

impl From<wit::Capability> for Capability {
    fn from(guest: wit::Capability) -> Self {
        match guest {
            wit::Capability::ApiRead => Self::ApiRead,
            wit::Capability::ApiWrite => Self::ApiWrite,
        }
    }
}

impl From<Capability> for wit::Capability {
    fn from(capability: Capability) -> Self {
        match capability {
            Capability::ApiRead => Self::ApiRead,
            Capability::ApiWrite => Self::ApiWrite,
        }
    }
}

/// The bytes that a call holds while it waits: its payload, and all text around it.
pub(super) fn held_bytes(request: &wit::ApiRequest) -> usize {
    let body = match &request.body {
        None => 0,
        Some(wit::ApiBody::Json(text)) => text.len(),
        Some(wit::ApiBody::Multipart(parts)) => parts.iter().map(part_bytes).fold(0, usize::saturating_add),
    };
    [request.path.len(), text_bytes(&request.query), body].into_iter().fold(0, usize::saturating_add)
}

/// With the part itself, so that empty ones count too.
fn part_bytes(part: &wit::Part) -> usize {
    let content = match &part.content {
        wit::PartContent::Text(text) => text.len(),
        wit::PartContent::Binary(bytes) => bytes.len(),
    };
    let around = [size_of::<wit::Part>(), part.name.len(), text_bytes(&part.filename), text_bytes(&part.content_type)];
    around.into_iter().fold(content, usize::saturating_add)
}

fn text_bytes(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}
