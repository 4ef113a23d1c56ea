//! Where a plugin may send requests: table `[network]`.
//!
//! Nothing is reached that is not granted, so without a table, or with an empty list, nothing is.
//!
//! | entry of `allow` | what it grants |
//! |---|---|
//! | `https://api.example.org` | this host on port 443, with this scheme |
//! | `http://api.example.org:8080` | this host on this port, with this scheme |
//! | `https://*.example.org` | every host below `example.org`, on port 443; not `example.org` itself |
//! | `https://93.184.216.34`, `https://[2606:2800::1]` | this address, as the host of a URL; no name that leads to it |
//! | `*` | every host, on every port, with either scheme |
//!
//! Hosts are taken as browsers take them: `EXAMPLE.org` is `example.org`, `bücher.example` is `xn--bcher-kva.example`, and `http://127.1` is `http://127.0.0.1`.
//!
//! Refused is what could be read as more or less than it grants: a path, a query, a fragment or a user; a scheme other than the two; a host that ends with a
//! dot; `*` anywhere else, before an address, or before a single label, as in `*.org`. There is no list of public suffixes: `*.co.uk` is taken at its word.
//!
//! **A grant is about names, not about where they lead.** Addresses that are not public are not reached, by no grant, unless `allow_private` has them: see
//! [`Grants::allows_private`].
//!
//! ```
//! use temps_plugin_policy::network::Grants;
//! use url::Url;
//!
//! let grants = Grants::new(["https://*.example.org".parse()?], [])?;
//! assert!(grants.grants(&Url::parse("https://API.example.org/v1?q=1")?).is_some());
//! assert!(grants.grants(&Url::parse("https://example.org/")?).is_none());
//! assert!(grants.grants(&Url::parse("http://api.example.org/")?).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod grant;
mod host;
mod private;
mod table;

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

pub use grant::{Grant, GrantFault, Scheme};
pub use host::HostFault;
pub use private::{PrivateFault, parse_private};
pub(crate) use table::read;

/// What `[network]` says. The default grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    allow: Vec<Grant>,
    private: Vec<IpNet>,
}

impl Grants {
    /// What the two lists grant.
    ///
    /// # Errors
    ///
    /// [`PrivateFault`] for a network that [`parse_private`] refuses.
    pub fn new(allow: impl IntoIterator<Item = Grant>, private: impl IntoIterator<Item = IpNet>) -> Result<Self, PrivateFault> {
        let private = private.into_iter().map(private::exact).collect::<Result<_, _>>()?;
        Ok(Self { allow: allow.into_iter().collect(), private })
    }

    /// The first grant that covers a request to `url`, or `None`: then it may not be sent.
    ///
    /// Only scheme, host and port are looked at. A host that ends with one dot is the same host without it.
    #[must_use]
    pub fn grants(&self, url: &Url) -> Option<&Grant> {
        self.allow.iter().find(|grant| grant.covers(url))
    }

    /// Whether there is any grant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.allow.is_empty()
    }

    /// The entries of `allow`, in their order.
    #[must_use]
    pub fn allow(&self) -> &[Grant] {
        &self.allow
    }

    /// The networks of `allow_private`, in their order.
    #[must_use]
    pub fn allow_private(&self) -> &[IpNet] {
        &self.private
    }

    /// Whether `allow_private` has this address. To be asked for an address that is not public, once a name has been resolved to it. An IPv4 address inside of
    /// an IPv6 one, as in `::ffff:10.0.0.1`, is taken as the IPv4 address that it is.
    #[must_use]
    pub fn allows_private(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.private.iter().any(|net| net.contains(&address))
    }
}

#[cfg(test)]
mod tests;
