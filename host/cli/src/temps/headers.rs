//! What the proxy does to a request's headers, by the protocol's version.

use http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use temps_plugin_protocol::{ProtocolVersion, headers};
use uuid::Uuid;

use super::Plugin;

/// The user that all requests come from in v2.
const USER_ID: &str = "1";
const USER_EMAIL: &str = "dev@temps.localhost";
const USER_ROLE: &str = "admin";
const USER_PERMISSIONS: &str = "projects:read,projects:write,projects:create,projects:delete,deployments:read,deployments:write,\
    deployments:create,environments:read,environments:write,domains:read,domains:write,settings:read,settings:write,users:read,\
    events:read,system:admin";

/// Turns a client's headers into those that the plugin gets.
///
/// | | v1 | v2 |
/// |---|---|---|
/// | what belongs to one connection, and `Host` | removed | removed |
/// | the client's `x-temps-*` | pass | removed |
/// | `Cookie`, `Authorization` | pass | removed |
/// | `x-temps-plugin`, `x-temps-request-id` | set | set |
/// | `x-temps-auth-signature`, `x-temps-user-*` of an administrator | | set |
/// | `x-temps-actor-token` | | set if the manifest asks for a capability |
pub(super) fn for_plugin(headers: &mut HeaderMap, plugin: &Plugin) {
    remove_hop_by_hop(headers);
    headers.remove(HOST);
    if plugin.protocol() == ProtocolVersion::V2 {
        remove_untrusted(headers);
        let user = [
            (headers::USER_ID, USER_ID),
            (headers::USER_EMAIL, USER_EMAIL),
            (headers::USER_ROLE, USER_ROLE),
            (headers::USER_PERMISSIONS, USER_PERMISSIONS),
        ];
        for (name, value) in user {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers.insert(HeaderName::from_static(headers::AUTH_SIGNATURE), plugin.secret_header());
        if !plugin.manifest().capabilities.is_empty() {
            set(headers, headers::ACTOR_TOKEN, plugin.actor_token());
        }
    }
    set(headers, headers::PLUGIN, plugin.name());
    set(headers, headers::REQUEST_ID, &Uuid::new_v4().to_string());
}

/// Removes what says something of one connection only, from a request or a response.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let always = [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
    for name in named.into_iter().chain(always).chain([HeaderName::from_static("keep-alive")]) {
        headers.remove(name);
    }
}

fn remove_untrusted(headers: &mut HeaderMap) {
    let forged: Vec<HeaderName> = headers.keys().filter(|name| name.as_str().starts_with(headers::PREFIX)).cloned().collect();
    for name in forged.into_iter().chain([COOKIE, AUTHORIZATION]) {
        headers.remove(name);
    }
}

/// Sets a header whose value comes from the plugin; one that is no header value is left out.
fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_connection_header_names_is_removed_too() {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("connection", "close, x-mine"), ("x-mine", "1"), ("keep-alive", "5"), ("te", "trailers"), ("x-other", "2")]
        {
            headers.insert(name, HeaderValue::from_static(value));
        }
        remove_hop_by_hop(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-other"]);
    }

    #[test]
    fn every_header_of_temps_is_untrusted_in_any_case() {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_bytes(b"X-Temps-User-Id").unwrap(), HeaderValue::from_static("1"));
        headers.insert("x-temps-anything", HeaderValue::from_static("1"));
        headers.insert("x-tempest", HeaderValue::from_static("1"));
        headers.insert("cookie", HeaderValue::from_static("session=1"));
        headers.insert("authorization", HeaderValue::from_static("Bearer 1"));
        remove_untrusted(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-tempest"]);
    }
}
