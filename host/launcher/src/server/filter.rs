//! The headers of a connection, which end where it ends (RFC 9110, 7.6.1).

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use temps_plugin_protocol::headers;

/// Takes the headers of the connection off a request, and those that its `connection` header names. The host's own are not the client's
/// to take away, whatever that header says.
pub(super) fn strip_connection(headers: &mut HeaderMap) {
    // One look at the few that there are costs less than a search for each that there might be.
    let own = headers.keys().filter(|name| ends_with_connection(name));
    let named = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::try_from(name.trim()).ok())
        .filter(|name| !name.as_str().starts_with(headers::PREFIX));
    let gone: Vec<HeaderName> = own.cloned().chain(named).collect();
    for name in gone {
        headers.remove(name);
    }
}

fn ends_with_connection(name: &HeaderName) -> bool {
    [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE].contains(name)
        || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn stripped(list: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, HeaderValue::from_static(value));
        }
        strip_connection(&mut headers);
        headers.keys().map(ToString::to_string).collect()
    }

    #[test]
    fn the_connections_own_headers_go() {
        let list = [
            ("connection", "keep-alive, Upgrade"),
            ("keep-alive", "timeout=5"),
            ("upgrade", "h2c"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("proxy-connection", "x"),
            ("proxy-authorization", "x"),
            ("accept", "*/*"),
        ];
        assert_eq!(stripped(&list), ["accept"]);
    }

    #[test]
    fn so_do_those_that_it_names() {
        let list = [("connection", "x-hop, close"), ("connection", "X-Other"), ("x-hop", "1"), ("x-other", "1"), ("x-end", "1")];
        assert_eq!(stripped(&list), ["x-end"]);
    }

    #[test]
    fn a_client_cannot_have_the_hosts_headers_taken_off() {
        let list = [("connection", "x-temps-user-id"), (headers::USER_ID, "1")];
        assert_eq!(stripped(&list), [headers::USER_ID]);
    }
}
