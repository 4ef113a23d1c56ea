use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::{Actor, Forbidden, Role, Unauthenticated};

/// The signed-in user that a request comes from, as Temps has verified it. Cloning is cheap.
///
/// As an extractor it answers 401 for a request without one, [`Unauthenticated`]. Where a caller is welcome but not needed, take an [`OptionalCaller`].
///
/// **With a v1 host there never is one**: it verifies nobody, whatever a request's headers say. A plugin that needs callers needs a v2 host;
/// [`PluginContext::protocol_version`](crate::PluginContext::protocol_version) tells.
///
/// **Decide by [permissions](Self::permissions), not by [role](Self::role)**: operators give users permissions beyond their role's, and take some away.
///
/// ```
/// use temps_plugin_sdk::prelude::*;
///
/// async fn rename(caller: AuthenticatedCaller) -> Result<String, Forbidden> {
///     caller.require_permission("projects:write")?;
///     Ok(format!("renamed by {}", caller.email()))
/// }
/// # let _ = axum::Router::<()>::new().route("/", axum::routing::post(rename));
/// ```
#[derive(Debug, Clone)]
pub struct AuthenticatedCaller {
    verified: Arc<LazyLock<Verified, ReadVerified>>,
}

/// What the launcher says of a caller.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) id: i32,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) permissions: Vec<String>,
    pub(crate) actor: Option<Actor>,
}

type ReadVerified = Box<dyn FnOnce() -> Verified + Send>;

impl AuthenticatedCaller {
    /// A caller whom `read` tells of, once somebody wants to know: most handlers take none.
    pub(crate) fn new(read: impl FnOnce() -> Verified + Send + 'static) -> Self {
        Self { verified: Arc::new(LazyLock::new(Box::new(read))) }
    }

    /// The user's id, which stays the same when email and role change.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.verified.id
    }

    /// The user's email address.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.verified.email
    }

    /// The user's role. Not to be decided by: see [`permissions`](Self::permissions).
    #[must_use]
    pub fn role(&self) -> &Role {
        &self.verified.role
    }

    /// What the user may do, such as `projects:read`, in the host's order.
    #[must_use]
    pub fn permissions(&self) -> &[String] {
        &self.verified.permissions
    }

    /// Whether the user has exactly this permission. There are no wildcards.
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        self.verified.permissions.iter().any(|held| held == permission)
    }

    /// Goes on only if the user has this permission.
    ///
    /// # Errors
    ///
    /// [`Forbidden`], which is a response too.
    pub fn require_permission(&self, permission: &str) -> Result<(), Forbidden> {
        self.require_any(&[permission])
    }

    /// Goes on only if the user has one of these permissions. Of none, nobody has one.
    ///
    /// # Errors
    ///
    /// [`Forbidden`], which is a response too.
    pub fn require_any(&self, permissions: &[&str]) -> Result<(), Forbidden> {
        if permissions.iter().any(|permission| self.has_permission(permission)) {
            Ok(())
        } else {
            Err(Forbidden::new(permissions))
        }
    }

    /// The right to act for the user, if the host gave one.
    pub(crate) fn actor(&self) -> Option<&Actor> {
        self.verified.actor.as_ref()
    }
}

impl<S: Sync> FromRequestParts<S> for AuthenticatedCaller {
    type Rejection = Unauthenticated;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Unauthenticated> {
        parts.extensions.get::<Self>().cloned().ok_or(Unauthenticated)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for AuthenticatedCaller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// The caller of a request that may have none: an anonymous one, or any of a v1 host. It never fails.
///
/// ```
/// use temps_plugin_sdk::prelude::*;
///
/// async fn greet(OptionalCaller(caller): OptionalCaller) -> String {
///     match caller {
///         Some(caller) => format!("hello {}", caller.email()),
///         None => "hello".to_owned(),
///     }
/// }
/// # let _ = axum::Router::<()>::new().route("/", axum::routing::get(greet));
/// ```
#[derive(Debug, Clone)]
pub struct OptionalCaller(pub Option<AuthenticatedCaller>);

impl<S: Sync> FromRequestParts<S> for OptionalCaller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<AuthenticatedCaller>().cloned()))
    }
}
