use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::problem::problem;

/// A request without a verified caller where one is needed. As a response it is a 401 with a problem document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sign in to Temps to use this")]
pub struct Unauthenticated;

impl IntoResponse for Unauthenticated {
    fn into_response(self) -> Response {
        problem(StatusCode::UNAUTHORIZED, &self.to_string(), &[])
    }
}

/// A caller without a permission that is needed. As a response it is a 403 with a problem document, which names the permission in its text and in
/// `permissions`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this needs {}", needed(.permissions))]
pub struct Forbidden {
    permissions: Vec<String>,
}

impl Forbidden {
    pub(crate) fn new(permissions: &[&str]) -> Self {
        Self { permissions: permissions.iter().map(|permission| (*permission).to_owned()).collect() }
    }

    /// The permissions any one of which would have done.
    #[must_use]
    pub fn permissions(&self) -> &[String] {
        &self.permissions
    }
}

fn needed(permissions: &[String]) -> String {
    match permissions {
        [] => "a permission that nobody has".to_owned(),
        [one] => format!("the permission `{one}`"),
        several => format!("one of the permissions `{}`", several.join("`, `")),
    }
}

impl IntoResponse for Forbidden {
    fn into_response(self) -> Response {
        problem(StatusCode::FORBIDDEN, &self.to_string(), &[("permissions", json!(self.permissions))])
    }
}
