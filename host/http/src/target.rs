//! The URL of a fetch, in the one form in which it is checked, resolved, and sent.

use std::net::IpAddr;

use http::Uri;
use temps_plugin_policy::network::{Grant, Grants};
use url::{Host, Url};

use crate::address::{canonical, kind};
use crate::{Error, Ungranted, address};

/// A URL that may be fetched, as far as its form goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    url: Url,
}

impl Target {
    /// Reads a URL as browsers do, which knows one host in all its spellings.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let url = Url::parse(text).map_err(|error| Error::Protocol(format!("the URL is not one: {error}")))?;
        Self::of(url)
    }

    /// The target of a redirect.
    pub(crate) fn join(&self, location: &str) -> Result<Self, Error> {
        let url = self.url.join(location).map_err(|error| Error::Redirect(format!("the redirect leads to no URL: {error}")))?;
        Self::of(url).map_err(|error| Error::Redirect(format!("the redirect cannot be followed: {error}")))
    }

    fn of(mut url: Url) -> Result<Self, Error> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Protocol(format!("the scheme is `{}`: only http and https are fetched", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Protocol("the URL has a user or password in it: send them in a header".to_owned()));
        }
        url.set_fragment(None);
        // A dot at the end means the same host.
        if let Some(Host::Domain(name)) = url.host() {
            let bare = name.strip_suffix('.').unwrap_or(name);
            if bare.is_empty() || bare.split('.').any(str::is_empty) {
                return Err(Error::Protocol(format!("`{name}` is no host: it has an empty label")));
            }
            if bare.len() != name.len() {
                let bare = bare.to_owned();
                url.set_host(Some(&bare)).map_err(|error| Error::Protocol(format!("the URL has no host: {error}")))?;
            }
        }
        Ok(Self { url })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme, host and port, to be compared.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The host as a resolver or a certificate knows it: an IPv6 address without brackets.
    pub(crate) fn host(&self) -> &str {
        bare(self.url.host_str().unwrap_or_default())
    }

    /// As hyper takes it.
    pub(crate) fn uri(&self) -> Result<Uri, Error> {
        self.url.as_str().parse().map_err(|error| Error::Protocol(format!("the URL cannot be sent: {error}")))
    }

    /// Whether the operator allows it, as far as can be told before the name is resolved.
    pub(crate) fn check(&self, grants: &Grants) -> Result<(), Error> {
        if grants.grants(&self.url).is_none() {
            let origin = Grant::narrowest(&self.url).map_or_else(|| self.origin(), |grant| grant.to_string());
            return Err(Ungranted::Origin { origin }.into());
        }
        match self.url.host() {
            Some(Host::Ipv4(address)) => check_address(address.into(), self.host(), grants)?,
            Some(Host::Ipv6(address)) => check_address(address.into(), self.host(), grants)?,
            Some(Host::Domain(_)) | None => {}
        }
        Ok(())
    }
}

/// A host as URLs write it, without the brackets.
pub(crate) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Whether an address may be connected to, for `host`.
pub(crate) fn check_address(address: IpAddr, host: &str, grants: &Grants) -> Result<(), Ungranted> {
    let judged = canonical(address);
    match kind(judged) {
        address::Kind::Public => Ok(()),
        _ if grants.allows_private(judged) => Ok(()),
        kind => Err(Ungranted::Address { host: host.to_owned(), address: judged, kind }),
    }
}
