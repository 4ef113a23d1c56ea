use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use serde::Serialize;
use temps_plugin_protocol::headers;

use super::{TestError, TestPlugin, TestResponse};
use crate::identity::{Actor, AuthenticatedCaller, Role, Verified};

/// A signed-in user for a test: an email address and the role `user`, no permissions, and the right to be acted for.
///
/// ```
/// use temps_plugin_sdk::prelude::*;
/// use temps_plugin_sdk::testing::TestCaller;
///
/// let caller = TestCaller::new(7).role(Role::Reader).permission("projects:read").verified();
/// assert_eq!(caller.email(), "user-7@example.com");
/// assert!(caller.require_permission("projects:write").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct TestCaller {
    id: i32,
    email: String,
    role: Role,
    permissions: Vec<String>,
    actor: bool,
}

impl TestCaller {
    /// A user with this id.
    pub fn new(id: i32) -> Self {
        Self { id, email: format!("user-{id}@example.com"), role: Role::User, permissions: Vec::new(), actor: true }
    }

    /// Sets the email address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = email.into();
        self
    }

    /// Sets the role. It gives no permissions.
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Adds a permission, such as `projects:read`.
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }

    /// Has the host not let the plugin act for the user: calls of the API fail with [`ApiError::NoActor`](crate::ApiError::NoActor).
    pub fn without_actor(mut self) -> Self {
        self.actor = false;
        self
    }

    /// The caller as handlers get it, for what takes one without a plugin around it.
    #[must_use]
    pub fn verified(&self) -> AuthenticatedCaller {
        let Self { id, email, role, permissions, actor } = self.clone();
        AuthenticatedCaller::new(move || Verified { id, email, role, permissions, actor: actor.then(|| Actor::new(id)) })
    }

    /// The headers that a v2 host sends along. What no header can hold is left out.
    fn headers(&self) -> HeaderMap {
        let values = [
            (headers::USER_ID, self.id.to_string()),
            (headers::USER_EMAIL, self.email.clone()),
            (headers::USER_ROLE, self.role.to_string()),
            (headers::USER_PERMISSIONS, self.permissions.join(",")),
        ];
        let valid = values.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?)));
        valid.map(|(name, value)| (HeaderName::from_static(name), value)).collect()
    }
}

/// A plugin's requests by one caller, from [`TestPlugin::as_caller`].
#[derive(Debug)]
pub struct CallerRequests<'a> {
    plugin: &'a TestPlugin,
    caller: TestCaller,
}

impl<'a> CallerRequests<'a> {
    pub(super) fn new(plugin: &'a TestPlugin, caller: TestCaller) -> Self {
        Self { plugin, caller }
    }

    /// As [`TestPlugin::request`].
    pub async fn request(&self, mut request: Request<Body>) -> TestResponse {
        if self.plugin.verifies_callers() {
            request.headers_mut().extend(self.caller.headers());
            request.extensions_mut().insert(self.caller.verified());
        }
        self.plugin.request(request).await
    }

    /// As [`TestPlugin::get`].
    ///
    /// # Errors
    ///
    /// [`TestError::Request`] if the path is not one.
    pub async fn get(&self, path: &str) -> Result<TestResponse, TestError> {
        Ok(self.request(super::plugin::get(path)?).await)
    }

    /// As [`TestPlugin::post_json`].
    ///
    /// # Errors
    ///
    /// [`TestError::Request`] if the path is not one, [`TestError::Encode`] if the value has no JSON form.
    pub async fn post_json(&self, path: &str, value: &impl Serialize) -> Result<TestResponse, TestError> {
        Ok(self.request(super::plugin::post_json(path, value)?).await)
    }
}
