//! Who asks: the local Temps has no sign-in, so a request says itself as whom it is made.

mod actors;
mod public;

pub use actors::{ACTOR_LIMIT, MAX_ACTORS};
pub(super) use actors::{Actors, random_text};
pub(super) use public::is_public;

use std::fmt;
use std::str::FromStr;

/// The header by which a request chooses its [`Identity`]. It is taken off before the plugin gets the request.
pub const AS_HEADER: &str = "x-dev-as";

/// The cookie by which a browser chooses its [`Identity`], for want of a header. It is taken off likewise.
pub const AS_COOKIE: &str = "temps-dev-as";

/// As whom a request is made. Permissions, not roles, decide what it may do.
///
/// | | user | may |
/// |---|---|---|
/// | `admin` | 1, `dev@temps.localhost` | everything |
/// | `user` | 2, `user@temps.localhost` | read all of the projects' things, deploy, change projects, environments and domains |
/// | `reader` | 3, `reader@temps.localhost` | read all of the projects' things |
/// | `anonymous` | nobody | reach the paths that the manifest calls public |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Identity {
    /// An administrator.
    #[default]
    Admin,
    /// A user who works on projects.
    User,
    /// A user who only looks.
    Reader,
    /// Nobody who has signed in.
    Anonymous,
}

/// A signed-in user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: i32,
    /// The email address.
    pub email: &'static str,
    /// The role, as Temps names it.
    pub role: &'static str,
    /// The permissions, separated by commas.
    pub permissions: &'static str,
}

const ADMIN: User = User {
    id: 1,
    email: "dev@temps.localhost",
    role: "admin",
    permissions: "projects:read,projects:write,projects:create,projects:delete,deployments:read,deployments:write,\
        deployments:create,environments:read,environments:write,domains:read,domains:write,settings:read,settings:write,\
        users:read,events:read,system:admin",
};

const USER: User = User {
    id: 2,
    email: "user@temps.localhost",
    role: "user",
    permissions: "projects:read,projects:write,deployments:read,deployments:write,deployments:create,environments:read,\
        environments:write,domains:read,domains:write,events:read",
};

const READER: User = User {
    id: 3,
    email: "reader@temps.localhost",
    role: "reader",
    permissions: "projects:read,deployments:read,environments:read,domains:read,events:read",
};

impl Identity {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::User, Self::Reader, Self::Anonymous];

    /// The name, as `--as` and [`AS_HEADER`] take it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
            Self::Reader => "reader",
            Self::Anonymous => "anonymous",
        }
    }

    /// The user, unless it is nobody.
    #[must_use]
    pub fn user(self) -> Option<User> {
        match self {
            Self::Admin => Some(ADMIN),
            Self::User => Some(USER),
            Self::Reader => Some(READER),
            Self::Anonymous => None,
        }
    }
}

impl User {
    /// Whether the user has this permission.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.split(',').any(|own| own == permission)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Nobody here has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody is called `{}`: use admin, user, reader or anonymous", name.escape_default())]
pub struct UnknownIdentity {
    /// The name.
    pub name: String,
}

impl FromStr for Identity {
    type Err = UnknownIdentity;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|identity| identity.name() == name).ok_or_else(|| UnknownIdentity { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for identity in Identity::ALL {
            assert_eq!(identity.to_string().parse(), Ok(identity));
        }
        let error = "root".parse::<Identity>().unwrap_err().to_string();
        assert!(error.contains("`root`") && Identity::ALL.iter().all(|identity| error.contains(identity.name())), "{error}");
    }

    #[test]
    fn permissions_are_whole_words_and_the_higher_have_those_of_the_lower() {
        assert!(ADMIN.may("system:admin") && !ADMIN.may("system") && !ADMIN.may("") && !READER.may("deployments:write"));
        for (lower, higher) in [(READER, USER), (USER, ADMIN)] {
            assert!(lower.permissions.split(',').all(|permission| higher.may(permission)), "{}", lower.role);
            assert!(higher.permissions.split(',').any(|permission| !lower.may(permission)), "{}", lower.role);
        }
    }
}
