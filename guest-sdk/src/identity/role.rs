use std::fmt;

/// A role, as the platform names them. It tells what kind of user somebody is, for people to read: what a user may do is in their
/// [permissions](crate::AuthenticatedCaller::permissions).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// `admin`
    Admin,
    /// `platform_admin`
    PlatformAdmin,
    /// `user`
    User,
    /// `reader`
    Reader,
    /// `api_reader`
    ApiReader,
    /// `custom`: permissions that were put together for this user.
    Custom,
    /// `metrics_ingest`
    MetricsIngest,
    /// One that this SDK does not know, as it came.
    Other(String),
}

impl Role {
    /// The role as the platform writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Admin => "admin",
            Self::PlatformAdmin => "platform_admin",
            Self::User => "user",
            Self::Reader => "reader",
            Self::ApiReader => "api_reader",
            Self::Custom => "custom",
            Self::MetricsIngest => "metrics_ingest",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for Role {
    fn from(name: &str) -> Self {
        match name {
            "admin" => Self::Admin,
            "platform_admin" => Self::PlatformAdmin,
            "user" => Self::User,
            "reader" => Self::Reader,
            "api_reader" => Self::ApiReader,
            "custom" => Self::Custom,
            "metrics_ingest" => Self::MetricsIngest,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_written_as_it_was_read() {
        for name in ["admin", "platform_admin", "user", "reader", "api_reader", "custom", "metrics_ingest"] {
            let role = Role::from(name);
            assert_eq!(role.as_str(), name);
            assert!(!matches!(role, Role::Other(_)), "{name}");
        }
        for name in ["", "Admin", "owner"] {
            assert_eq!(Role::from(name), Role::Other(name.to_owned()));
            assert_eq!(Role::from(name).to_string(), name);
        }
    }
}
