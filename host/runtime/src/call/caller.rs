//! Who a request comes from.

use std::fmt;
use std::sync::Arc;

/// A signed-in user that the host has verified.
///
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user's id.
    pub id: i32,
    /// The user's email address.
    pub email: String,
    /// The role, as the host names it.
    pub role: String,
    /// The permissions, such as `projects:read`, separated by commas: most requests are answered without a look at them.
    pub permissions: String,
    /// With what the API can be called for the user, if at all. Its text never reaches the guest.
    pub actor: Option<ActorToken>,
}

impl Caller {
    /// The permissions one by one. What is empty is none.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.split(',').map(str::trim).filter(|permission| !permission.is_empty())
    }
}

/// The host's token for API calls in a user's name. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ActorToken(Arc<str>);

impl ActorToken {
    /// The token with this text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ActorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActorToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(permissions: &str) -> Caller {
        let actor = Some(ActorToken::new("t0ken".to_owned()));
        Caller { id: 7, email: "a@b".into(), role: "user".into(), permissions: permissions.into(), actor }
    }

    #[test]
    fn permissions_are_read_from_a_list() {
        assert_eq!(
            caller("projects:read, deployments:write,,").permissions().collect::<Vec<_>>(),
            ["projects:read", "deployments:write"]
        );
        assert_eq!(caller("").permissions().count(), 0);
    }

    #[test]
    fn the_debug_form_hides_the_token() {
        let shown = format!("{:?}", caller(""));
        assert!(shown.contains("a@b") && !shown.contains("t0ken"), "{shown}");
    }
}
