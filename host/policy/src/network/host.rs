use std::fmt;

use url::Host;

/// The hosts that a grant is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum HostPattern {
    /// This one.
    Exact(Host<String>),
    /// Those with at least one label more than this name.
    Below(String),
}

/// Why a host cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostFault {
    /// There is none.
    #[error("it has no host")]
    Missing,
    /// A host with something in it that no host has.
    #[error("its host is not valid: {reason}")]
    Invalid {
        /// What is wrong.
        reason: String,
    },
    /// It ends with a dot.
    #[error("its host ends with a dot: leave that out, a request's is not looked at either")]
    TrailingDot,
    /// `*` somewhere else than at its place.
    #[error("`*` may only be the whole first label of a name, as in `https://*.example.org`")]
    Star,
    /// `*` before one label.
    #[error("`*.{suffix}` would be every host below `{suffix}`: name at least two labels behind the `*`")]
    SingleLabel {
        /// The label.
        suffix: String,
    },
    /// `*` before an address.
    #[error("`*` cannot stand before an address")]
    StarBeforeAddress,
}

impl HostPattern {
    /// Reads what stands between a scheme and a port.
    pub(super) fn parse(text: &str) -> Result<Self, HostFault> {
        if text.is_empty() {
            return Err(HostFault::Missing);
        }
        if text.ends_with('.') {
            return Err(HostFault::TrailingDot);
        }
        let (name, below) = match text.strip_prefix("*.") {
            Some(suffix) => (suffix, true),
            None => (text, false),
        };
        if name.contains('*') {
            return Err(HostFault::Star);
        }
        // A host with an escape in it is not what it seems to be.
        if name.contains('%') {
            return Err(HostFault::Invalid { reason: "write it without `%`".to_owned() });
        }
        match (parse(name)?, below) {
            (host, false) => Ok(Self::Exact(host)),
            (Host::Domain(suffix), true) if suffix.contains('.') => Ok(Self::Below(suffix)),
            (Host::Domain(suffix), true) => Err(HostFault::SingleLabel { suffix }),
            (Host::Ipv4(_) | Host::Ipv6(_), true) => Err(HostFault::StarBeforeAddress),
        }
    }

    /// Whether the host of a parsed URL is among these.
    pub(super) fn covers(&self, host: Host<&str>) -> bool {
        match (self, host) {
            (Self::Exact(Host::Domain(granted)), Host::Domain(asked)) => granted == without_root(asked),
            (Self::Exact(Host::Ipv4(granted)), Host::Ipv4(asked)) => *granted == asked,
            (Self::Exact(Host::Ipv6(granted)), Host::Ipv6(asked)) => *granted == asked,
            (Self::Exact(_), Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_))
            | (Self::Below(_), Host::Ipv4(_) | Host::Ipv6(_)) => false,
            (Self::Below(suffix), Host::Domain(asked)) => without_root(asked)
                .strip_suffix(suffix.as_str())
                .and_then(|rest| rest.strip_suffix('.'))
                .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty())),
        }
    }
}

/// A name's last dot stands for the root, and says nothing that the name does not say without it.
fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

fn parse(name: &str) -> Result<Host<String>, HostFault> {
    if name.is_empty() {
        return Err(HostFault::Missing);
    }
    let invalid = |reason: String| HostFault::Invalid { reason };
    let host = Host::parse(name).map_err(|error| invalid(error.to_string()))?;
    match &host {
        // Some characters that are not ASCII become a dot, or nothing.
        Host::Domain(domain) if domain.ends_with('.') => Err(HostFault::TrailingDot),
        Host::Domain(domain) if domain.contains('*') => Err(HostFault::Star),
        Host::Domain(domain) if domain.split('.').any(str::is_empty) => {
            Err(invalid("there is nothing between two dots".to_owned()))
        }
        Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => Ok(host),
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => host.fmt(f),
            Self::Below(suffix) => write!(f, "*.{suffix}"),
        }
    }
}
