use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use temps_plugin_protocol::{ApiBody, ApiMethod, Capability};

use super::{ApiError, ApiRequest, ApiResponse, Form};
use crate::identity::Actor;
use crate::platform::Platform;

/// Calls the platform's API as one user, from [`PluginContext::api_for`](crate::PluginContext::api_for). Cloning is cheap.
///
/// See [the module](super) for an example and for what a call needs.
#[derive(Clone)]
pub struct ApiClient {
    platform: Arc<dyn Platform>,
    actor: Option<Actor>,
    granted: Arc<[Capability]>,
}

impl ApiClient {
    pub(crate) fn new(platform: Arc<dyn Platform>, actor: Option<Actor>, granted: Arc<[Capability]>) -> Self {
        Self { platform, actor, granted }
    }

    /// Begins a `GET` of this path below `/api`, such as `/projects/7`. What a URL wants encoded has to be.
    pub fn get(&self, path: impl Into<String>) -> ApiRequestBuilder {
        self.request(ApiMethod::Get, path)
    }

    /// Begins a `POST`.
    pub fn post(&self, path: impl Into<String>) -> ApiRequestBuilder {
        self.request(ApiMethod::Post, path)
    }

    /// Begins a `PUT`.
    pub fn put(&self, path: impl Into<String>) -> ApiRequestBuilder {
        self.request(ApiMethod::Put, path)
    }

    /// Begins a `PATCH`.
    pub fn patch(&self, path: impl Into<String>) -> ApiRequestBuilder {
        self.request(ApiMethod::Patch, path)
    }

    /// Begins a `DELETE`.
    pub fn delete(&self, path: impl Into<String>) -> ApiRequestBuilder {
        self.request(ApiMethod::Delete, path)
    }

    /// Begins a call with this method.
    pub fn request(&self, method: ApiMethod, path: impl Into<String>) -> ApiRequestBuilder {
        let request = ApiRequest { method, path: path.into(), query: None, body: None };
        ApiRequestBuilder { client: self.clone(), request: Ok(request) }
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").field("actor", &self.actor).finish_non_exhaustive()
    }
}

/// A call that is being put together.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent and awaited"]
pub struct ApiRequestBuilder {
    client: ApiClient,
    /// An error waits for `send`, so that calls can be chained.
    request: Result<ApiRequest, ApiError>,
}

impl ApiRequestBuilder {
    /// Adds to the query: a struct, a map, or pairs such as `&[("limit", 5)]`. What it cannot be made of is the error of [`send`](Self::send).
    pub fn query(self, parameters: &(impl Serialize + ?Sized)) -> Self {
        let encoded = serde_urlencoded::to_string(parameters).map_err(|error| ApiError::Encode(error.to_string()));
        self.and_then(|mut request| {
            let added = encoded?;
            request.query = match request.query.take() {
                Some(before) if !added.is_empty() => Some(format!("{before}&{added}")),
                None if !added.is_empty() => Some(added),
                before => before,
            };
            Ok(request)
        })
    }

    /// Sets the body to a value's JSON. A value that has none is the error of [`send`](Self::send).
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        let encoded = serde_json::to_string(value).map_err(|error| ApiError::Encode(error.to_string()));
        self.and_then(|request| Ok(ApiRequest { body: Some(ApiBody::Json(encoded?)), ..request }))
    }

    /// Sets the body to a form.
    pub fn multipart(self, form: Form) -> Self {
        self.and_then(|request| Ok(ApiRequest { body: Some(ApiBody::Multipart(form.into_parts())), ..request }))
    }

    fn and_then(self, change: impl FnOnce(ApiRequest) -> Result<ApiRequest, ApiError>) -> Self {
        Self { client: self.client, request: self.request.and_then(change) }
    }

    /// Sends the call and waits for the answer. Dropping the future gives it up, though the platform may have acted on it.
    ///
    /// # Errors
    ///
    /// Any [`ApiError`] but [`ApiError::Status`] and [`ApiError::Decode`]: an answer with an error status is an answer.
    pub async fn send(self) -> Result<ApiResponse, ApiError> {
        let Self { client, request } = self;
        let request = request?;
        request.check(&client.granted)?;
        let actor = client.actor.as_ref().ok_or(ApiError::NoActor)?;
        client.platform.api_call(actor, request).await
    }
}
