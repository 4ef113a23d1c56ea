//! What the proxy does to a request's headers, by the protocol's version.

use http::header::{AUTHORIZATION, COOKIE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue};
use temps_plugin_protocol::hop_by_hop::remove_hop_by_hop;
use temps_plugin_protocol::{ProtocolVersion, headers};
use uuid::Uuid;

use super::identity::Actors;
use super::{Plugin, User};

/// Turns a client's headers into those that the plugin gets.
///
/// | | v1 | v2 |
/// |---|---|---|
/// | what belongs to one connection, and `Host` | removed | removed |
/// | the client's `x-temps-*` | pass | removed |
/// | `Cookie`, `Authorization` | pass | removed |
/// | `x-temps-plugin`, `x-temps-request-id` | set | set |
/// | `x-temps-auth-signature` | | set |
/// | `x-temps-user-*` | | set for a signed-in user |
/// | `x-temps-actor-token` | | a new one, for a signed-in user if the manifest asks for a capability |
pub(super) fn for_plugin(headers: &mut HeaderMap, plugin: &Plugin, user: Option<User>, actors: &Actors) {
    remove_hop_by_hop(headers);
    headers.remove(HOST);
    if plugin.protocol() == ProtocolVersion::V2 {
        remove_untrusted(headers);
        headers.insert(HeaderName::from_static(headers::AUTH_SIGNATURE), plugin.secret_header());
        if let Some(user) = user {
            set(headers, headers::USER_ID, &user.id.to_string());
            set(headers, headers::USER_EMAIL, user.email);
            set(headers, headers::USER_ROLE, user.role);
            set(headers, headers::USER_PERMISSIONS, user.permissions);
            if !plugin.manifest().capabilities.is_empty() {
                set(headers, headers::ACTOR_TOKEN, &actors.make(plugin.name(), user));
            }
        }
    }
    set(headers, headers::PLUGIN, plugin.name());
    set(headers, headers::REQUEST_ID, &Uuid::new_v4().to_string());
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
