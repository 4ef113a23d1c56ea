use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Why a text is no entry of `allow_private`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrivateFault {
    /// No address.
    #[error("it is neither an address nor a network such as 10.1.2.0/24 or fd00::/8")]
    NotANetwork,
    /// An address within a network, where the network's own is wanted.
    #[error("{given} is an address within the network {network}: write that for all of it, or {} for this address", given.addr())]
    NotItsStart {
        /// As it was written.
        given: IpNet,
        /// The network that it is in.
        network: IpNet,
    },
    /// IPv4 inside of IPv6.
    #[error("it is an IPv4 address within an IPv6 one: write it as the IPv4 address, such as 10.1.2.0/24")]
    Mapped,
}

/// Reads an entry of `allow_private`: a network (`10.1.2.0/24`, `fd00::/8`), or one address.
///
/// # Errors
///
/// [`PrivateFault`] for anything else, and for a network that is not written with its own address.
pub fn parse_private(text: &str) -> Result<IpNet, PrivateFault> {
    let net = match text.parse::<IpNet>() {
        Ok(net) => net,
        Err(_) => IpNet::from(text.parse::<IpAddr>().map_err(|_| PrivateFault::NotANetwork)?),
    };
    exact(net)
}

/// The network, if it is written as it is compared.
pub(super) fn exact(net: IpNet) -> Result<IpNet, PrivateFault> {
    let network = net.trunc();
    if network != net {
        return Err(PrivateFault::NotItsStart { given: net, network });
    }
    // Addresses are compared as IPv4 if they are, so this would match nothing. Larger networks of IPv6 have these addresses among others.
    let mapped = |v6: Ipv6Addr| v6.to_ipv4_mapped().is_some();
    match net {
        IpNet::V6(v6) if v6.prefix_len() >= MAPPED_PREFIX && mapped(v6.addr()) => Err(PrivateFault::Mapped),
        IpNet::V4(_) | IpNet::V6(_) => Ok(net),
    }
}

/// The bits that all IPv4 addresses inside of IPv6 have in common, `::ffff:0:0`.
const MAPPED_PREFIX: u8 = 96;
