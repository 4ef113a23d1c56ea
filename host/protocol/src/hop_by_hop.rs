//! The headers of one connection, which end where it ends (RFC 9110, 7.6.1).

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};

use crate::headers::PREFIX;

/// The headers that never pass a proxy: those of RFC 9110 and of RFC 9113's upgrades, and two that were in use before.
pub static HOP_BY_HOP: [HeaderName; 10] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
];

/// Whether a header is of one connection, whatever that says itself.
///
/// ```
/// use temps_plugin_protocol::hop_by_hop::is_hop_by_hop;
///
/// assert!(is_hop_by_hop(&http::header::TE));
/// assert!(!is_hop_by_hop(&http::header::ACCEPT));
/// ```
#[must_use]
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name)
}

/// Removes the headers of the connection, and those that its `connection` header names. The host's own, which begin with [`PREFIX`], are
/// not a client's to take away, whatever that header says.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use temps_plugin_protocol::hop_by_hop::remove_hop_by_hop;
///
/// let mut headers = HeaderMap::new();
/// for (name, value) in [("connection", "close, x-mine"), ("x-mine", "1"), ("accept", "*/*")] {
///     headers.insert(name, HeaderValue::from_static(value));
/// }
/// remove_hop_by_hop(&mut headers);
/// assert_eq!(headers.keys().collect::<Vec<_>>(), [http::header::ACCEPT]);
/// ```
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    // One look at the few that there are costs less than a search for each that there might be.
    let own = headers.keys().filter(|name| is_hop_by_hop(name));
    let named = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::try_from(name.trim()).ok())
        .filter(|name| !name.as_str().starts_with(PREFIX));
    let gone: Vec<HeaderName> = own.cloned().chain(named).collect();
    for name in gone {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::headers::USER_ID;

    fn left(list: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, HeaderValue::from_static(value));
        }
        remove_hop_by_hop(&mut headers);
        headers.keys().map(ToString::to_string).collect()
    }

    #[test]
    fn the_connections_own_headers_go() {
        let list = [
            ("connection", "keep-alive, Upgrade"),
            ("keep-alive", "timeout=5"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMAAABk"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("transfer-encoding", "chunked"),
            ("proxy-connection", "x"),
            ("proxy-authenticate", "x"),
            ("proxy-authorization", "x"),
            ("accept", "*/*"),
        ];
        assert_eq!(left(&list), ["accept"]);
    }

    #[test]
    fn so_do_those_that_it_names() {
        let list = [("connection", "x-hop, close"), ("connection", "X-Other"), ("x-hop", "1"), ("x-other", "1"), ("x-end", "1")];
        assert_eq!(left(&list), ["x-end"]);
    }

    #[test]
    fn a_client_cannot_have_the_hosts_headers_taken_off() {
        assert_eq!(left(&[("connection", "x-temps-user-id"), (USER_ID, "1")]), [USER_ID]);
    }
}
