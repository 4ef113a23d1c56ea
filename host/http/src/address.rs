//! Which addresses are public.
//!
//! Everything that IANA's registries of special-purpose addresses do not call globally reachable is not public, and neither is what only wraps
//! an address of the other family: a wrapped private address would be reached by a translator or a tunnel on the way.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reachable from everywhere.
    Public,
    /// `0.0.0.0/8` and `::`: this host.
    Unspecified,
    /// `127.0.0.0/8` and `::1`.
    Loopback,
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7`.
    Private,
    /// `169.254.0.0/16` and `fe80::/10`: where clouds have their metadata.
    LinkLocal,
    /// `100.64.0.0/10`: behind a carrier's translator.
    Shared,
    /// `192.0.0.0/24`, `192.88.99.0/24`, `100::/64` and others: protocols' own.
    Reserved,
    /// `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32`, `3fff::/20`.
    Documentation,
    /// `198.18.0.0/15` and `2001:2::/48`.
    Benchmarking,
    /// `224.0.0.0/4` and `ff00::/8`.
    Multicast,
    /// `255.255.255.255`.
    Broadcast,
    /// `fec0::/10`, long deprecated.
    SiteLocal,
    /// An IPv6 address that stands for an IPv4 address: `::/96`, `64:ff9b::/96`, `64:ff9b:1::/48`, `2002::/16`, `2001::/32`.
    Translated,
}

impl Kind {
    /// The kind in words, to stand before "address".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Shared => "carrier's",
            Self::Reserved => "reserved",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::SiteLocal => "site-local",
            Self::Translated => "translated",
        }
    }
}

/// An address as it is judged: one that is mapped into IPv6 (`::ffff:0:0/96`) is the IPv4 address, which is what a connection to it goes to.
#[must_use]
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// What an address is for.
#[must_use]
pub fn kind(address: IpAddr) -> Kind {
    match canonical(address) {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

fn v4(address: Ipv4Addr) -> Kind {
    match address.octets() {
        [0, ..] => Kind::Unspecified,
        [127, ..] => Kind::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Kind::Private,
        [169, 254, ..] => Kind::LinkLocal,
        [100, 64..=127, ..] => Kind::Shared,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Kind::Documentation,
        [192, 0, 0, _] | [192, 88, 99, _] | [192, 31, 196, _] | [192, 52, 193, _] | [192, 175, 48, _] => Kind::Reserved,
        [198, 18..=19, ..] => Kind::Benchmarking,
        [224..=239, ..] => Kind::Multicast,
        [255, 255, 255, 255] => Kind::Broadcast,
        [240..=255, ..] => Kind::Reserved,
        _ => Kind::Public,
    }
}

/// Public is only what is inside `2000::/3`, from which IANA has given out everything that is in use, and not special there.
fn v6(address: Ipv6Addr) -> Kind {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Kind::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Kind::Loopback,
        // Compatible with IPv4, deprecated; NAT64 of the well-known and of local prefixes.
        [0, 0, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] => Kind::Translated,
        // 6to4, and Teredo.
        [0x2002, ..] | [0x2001, 0, ..] => Kind::Translated,
        [0x2001, 2, 0, ..] => Kind::Benchmarking,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Kind::Documentation,
        // What is left of 2001::/23, with ORCHIDs and drones; 5f00::/16 and 100::/64 are outside of 2000::/3.
        [0x2001, 0..=0x01ff, ..] | [0x2620, 0x4f, 0x8000, ..] => Kind::Reserved,
        [0xfc00..=0xfdff, ..] => Kind::Private,
        [0xfe80..=0xfebf, ..] => Kind::LinkLocal,
        [0xfec0..=0xfeff, ..] => Kind::SiteLocal,
        [0xff00..=0xffff, ..] => Kind::Multicast,
        [0x2000..=0x3fff, ..] => Kind::Public,
        _ => Kind::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_range_ends_where_it_should() {
        use Kind::*;
        for (kinds, addresses) in [
            (Unspecified, &["0.0.0.0", "0.255.255.255", "::", "::ffff:0.0.0.0"][..]),
            (Loopback, &["127.0.0.0", "127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"]),
            (Private, &["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"]),
            (Private, &["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:10.1.2.3"]),
            (LinkLocal, &["169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::", "febf::ffff", "::ffff:169.254.1.1"]),
            (Shared, &["100.64.0.0", "100.127.255.255"]),
            (Reserved, &["192.0.0.0", "192.0.0.255", "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "240.0.0.0"]),
            (Reserved, &["255.255.255.254", "2001:1::1", "2001:3::", "2001:20::", "2001:30::", "2001:1ff::", "2620:4f:8000::"]),
            (Reserved, &["100::", "100::1", "5f00::", "1fff::", "4000::", "8000::", "fbff::", "fe00::", "fe7f::", "64:ff9b:2::"]),
            (Documentation, &["192.0.2.0", "192.0.2.255", "198.51.100.1", "203.0.113.1", "2001:db8::", "2001:db8:ffff::"]),
            (Documentation, &["3fff::", "3fff:fff:ffff::"]),
            (Benchmarking, &["198.18.0.0", "198.19.255.255", "2001:2::", "2001:2:0:ffff::"]),
            (Multicast, &["224.0.0.0", "239.255.255.255", "ff00::", "ff02::1", "ffff::"]),
            (Broadcast, &["255.255.255.255"]),
            (SiteLocal, &["fec0::", "feff::"]),
            (Translated, &["::2", "::7f00:1", "::8.8.8.8", "64:ff9b::", "64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8"]),
            (
                Translated,
                &["64:ff9b:1::", "64:ff9b:1:ffff::", "2002::", "2002:7f00:1::", "2002:808:808::", "2001::", "2001:0:1::"],
            ),
            (Public, &["1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"]),
            (Public, &["169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0"]),
            (Public, &["192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255"]),
            (Public, &["198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "::ffff:8.8.8.8", "8.8.8.8"]),
            (Public, &["2000::", "2001:200::", "2001:db7::", "2001:db9::", "2003::", "2606:4700::1111", "3ffe::", "3fff:1000::"]),
        ] {
            for address in addresses {
                assert_eq!(kind(address.parse().unwrap()), kinds, "{address}");
            }
        }
    }
}
