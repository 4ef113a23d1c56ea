use temps_plugin_protocol::{ApiBody, ApiMethod, Capability, check_api_path, check_api_query};

use super::{ApiError, MAX_API_PAYLOAD_BYTES};

/// A call of the API, as a [`Platform`](crate::platform::Platform) gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiRequest {
    /// The method.
    pub method: ApiMethod,
    /// The path below `/api`.
    pub path: String,
    /// The query, without the `?`.
    pub query: Option<String>,
    /// The body.
    pub body: Option<ApiBody>,
}

impl ApiRequest {
    /// Finds here what the launcher would refuse, which costs nothing and is the same in a test.
    pub(super) fn check(&self, granted: &[Capability]) -> Result<(), ApiError> {
        let needed = self.method.capability();
        if !granted.contains(&needed) {
            return Err(ApiError::MissingCapability(needed));
        }
        let query = self.query.as_deref();
        let target = check_api_path(&self.path).and_then(|()| query.map_or(Ok(()), check_api_query));
        target.map_err(|error| ApiError::InvalidPath(error.to_string()))?;
        let bytes = self.body.as_ref().map_or(0, ApiBody::payload_bytes);
        if bytes > MAX_API_PAYLOAD_BYTES {
            return Err(ApiError::TooLarge { bytes, limit: MAX_API_PAYLOAD_BYTES });
        }
        Ok(())
    }
}
