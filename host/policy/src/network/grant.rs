use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use super::host::{HostFault, HostPattern};

/// One entry of `allow`. Its text is what it grants, in the form that hosts are compared in: see the [module](super).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Grant(Reach);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Reach {
    Everywhere,
    Origins { scheme: Scheme, host: HostPattern, port: u16 },
}

/// A scheme that a plugin may send requests with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`, whose port is 80.
    Http,
    /// `https`, whose port is 443.
    Https,
}

/// Why a text is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantFault {
    /// No scheme.
    #[error("it has no scheme: write `https://` before the host, or `*` alone for everything")]
    NoScheme,
    /// Another scheme.
    #[error("its scheme is neither `https` nor `http`")]
    OtherScheme,
    /// A user, with a password or not.
    #[error("it has a user in it: write the scheme, the host and the port alone")]
    User,
    /// A path, a query or a fragment, be it only a slash.
    #[error("there is something behind the host and the port, if only a `/`: a grant is for all paths, so leave it out")]
    Path,
    /// White space or a control character.
    #[error("there is white space or a control character in it")]
    Space,
    /// A port that is none.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// The host.
    #[error(transparent)]
    Host(#[from] HostFault),
}

impl Scheme {
    /// The scheme of a URL, or `None` for another.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        Self::read(url.scheme())
    }

    /// The port of a URL that names none.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Http, Self::Https].into_iter().find(|scheme| scheme.text().eq_ignore_ascii_case(text))
    }
}

impl Grant {
    /// The narrowest grant that covers a request to `url`: what an operator would have to add for it. `None` for a URL that no grant covers, such as one with
    /// another scheme.
    #[must_use]
    pub fn narrowest(url: &Url) -> Option<Self> {
        let scheme = Scheme::of(url)?;
        let host = match url.host()? {
            Host::Domain(name) => HostPattern::parse(name.strip_suffix('.').unwrap_or(name)).ok()?,
            Host::Ipv4(address) => HostPattern::Exact(Host::Ipv4(address)),
            Host::Ipv6(address) => HostPattern::Exact(Host::Ipv6(address)),
        };
        let port = url.port().unwrap_or(scheme.default_port());
        // `http://*.example.org` is a URL too, and port 0 is one that no grant has.
        (matches!(host, HostPattern::Exact(_)) && port != 0).then_some(Self(Reach::Origins { scheme, host, port }))
    }

    /// Whether it is `*`, which covers every request.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        matches!(self.0, Reach::Everywhere)
    }

    /// Whether it covers more than one host.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        !matches!(self.0, Reach::Origins { host: HostPattern::Exact(_), .. })
    }

    /// Whether a request to `url` may be sent because of this grant.
    #[must_use]
    pub fn covers(&self, url: &Url) -> bool {
        let (Some(asked), Some(name)) = (Scheme::of(url), url.host()) else {
            return false;
        };
        match &self.0 {
            Reach::Everywhere => true,
            Reach::Origins { scheme, host, port } => {
                *scheme == asked && *port == url.port().unwrap_or(asked.default_port()) && host.covers(name)
            }
        }
    }
}

impl FromStr for Grant {
    type Err = GrantFault;

    fn from_str(text: &str) -> Result<Self, GrantFault> {
        if text == "*" {
            return Ok(Self(Reach::Everywhere));
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(GrantFault::Space);
        }
        let (scheme, rest) = text.split_once("://").ok_or(GrantFault::NoScheme)?;
        let scheme = Scheme::read(scheme).ok_or(GrantFault::OtherScheme)?;
        if rest.contains(['/', '?', '#', '\\']) {
            return Err(GrantFault::Path);
        }
        if rest.contains('@') {
            return Err(GrantFault::User);
        }
        let (host, port) = split_port(rest);
        let port = match port {
            Some(port) => read_port(port).ok_or(GrantFault::Port)?,
            None => scheme.default_port(),
        };
        Ok(Self(Reach::Origins { scheme, host: HostPattern::parse(host)?, port }))
    }
}

/// Host and port. The colons of an IPv6 address are within its brackets.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn read_port(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok().filter(|port| *port != 0) } else { None }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reach::Everywhere => f.write_str("*"),
            Reach::Origins { scheme, host, port } => {
                write!(f, "{}://{host}", scheme.text())?;
                if *port == scheme.default_port() { Ok(()) } else { write!(f, ":{port}") }
            }
        }
    }
}
