//! The headers of a connection, which end where it ends (RFC 9110, 7.6.1).

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use temps_plugin_protocol::headers;

static KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
static PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// Takes the headers of the connection off a request, and those that its `connection` header names. The host's own are not the client's
/// to take away, whatever that header says.
pub(super) fn strip_connection(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::try_from(name.trim()).ok())
        .filter(|name| !name.as_str().starts_with(headers::PREFIX))
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [
        &CONNECTION,
        &KEEP_ALIVE,
        &PROXY_CONNECTION,
        &PROXY_AUTHENTICATE,
        &PROXY_AUTHORIZATION,
        &TE,
        &TRAILER,
        &TRANSFER_ENCODING,
        &UPGRADE,
    ] {
        headers.remove(name);
    }
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
