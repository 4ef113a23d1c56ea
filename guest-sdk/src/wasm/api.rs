//! API calls through the handle of a caller.

use temps_plugin_protocol::channel::MAX_API_PAYLOAD_BYTES;
use temps_plugin_protocol::{ApiBody, ApiMethod, Capability, MultipartPart, PartContent};

use super::bindings::temps::plugin::{identity, platform as wit};
use super::platform::error;
use crate::api::{ApiError, ApiRequest, ApiResponse};

/// Makes a call as this caller.
pub(super) async fn call(caller: &identity::Caller, request: ApiRequest) -> Result<ApiResponse, ApiError> {
    let answer = caller.api_call(into_wit(request)).await.map_err(api_error)?;
    ApiResponse::new(answer.status, answer.body)
}

fn into_wit(request: ApiRequest) -> wit::ApiRequest {
    let ApiRequest { method, path, query, body } = request;
    let method = match method {
        ApiMethod::Get => wit::ApiMethod::Get,
        ApiMethod::Post => wit::ApiMethod::Post,
        ApiMethod::Put => wit::ApiMethod::Put,
        ApiMethod::Patch => wit::ApiMethod::Patch,
        ApiMethod::Delete => wit::ApiMethod::Delete,
    };
    let body = body.map(|body| match body {
        ApiBody::Json(text) => wit::ApiBody::Json(text),
        ApiBody::Multipart(parts) => wit::ApiBody::Multipart(parts.into_iter().map(part).collect()),
    });
    wit::ApiRequest { method, path, query, body }
}

fn part(part: MultipartPart) -> wit::Part {
    let MultipartPart { name, filename, content_type, content } = part;
    let content = match content {
        PartContent::Text(text) => wit::PartContent::Text(text),
        PartContent::Binary(bytes) => wit::PartContent::Binary(bytes),
    };
    wit::Part { name, filename, content_type, content }
}

fn api_error(refused: wit::ApiError) -> ApiError {
    match refused {
        wit::ApiError::MissingCapability(wit::Capability::ApiRead) => ApiError::MissingCapability(Capability::ApiRead),
        wit::ApiError::MissingCapability(wit::Capability::ApiWrite) => ApiError::MissingCapability(Capability::ApiWrite),
        wit::ApiError::NoActor => ApiError::NoActor,
        wit::ApiError::Expired => ApiError::Expired,
        wit::ApiError::TooLarge(bytes) => {
            ApiError::TooLarge { bytes: usize::try_from(bytes).unwrap_or(usize::MAX), limit: MAX_API_PAYLOAD_BYTES }
        }
        wit::ApiError::InvalidTarget(reason) => ApiError::InvalidPath(reason),
        wit::ApiError::Platform(cause) => ApiError::Platform(error(cause)),
    }
}
