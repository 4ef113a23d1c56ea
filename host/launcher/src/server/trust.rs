//! Who may do what, by the generation of the host.
//!
//! A v2 host removes every `x-temps-*` header that a client sends, adds its own, and signs; so with the right signature they are true.
//! A v1 host removes none and signs nothing: whoever a request claims to come from, nobody has checked it, and the guest does not
//! see the claim. Nor does it keep clients from the protocol's own paths; but what came through a proxy of either generation carries
//! `x-temps-plugin`, which the host's own requests do not. In v2 such a request is signed too: the proxy signs all that it passes on.

use http::header::HeaderName;
use http::{HeaderMap, StatusCode};
use temps_plugin_protocol::{ProtocolVersion, headers};
use temps_plugin_runtime::Caller;

use super::identity;
use super::reply::{Reply, not_found, problem};
use crate::pass_headers::PassHeaders;
use crate::secret::AuthSecret;

static PLUGIN: HeaderName = HeaderName::from_static(headers::PLUGIN);
static AUTH: HeaderName = HeaderName::from_static(headers::AUTH);
static AUTH_SIGNATURE: HeaderName = HeaderName::from_static(headers::AUTH_SIGNATURE);

/// Decides by a request's headers whether it is let through.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    version: ProtocolVersion,
    secret: AuthSecret,
    pass: PassHeaders,
}

/// Why a request is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Denied {
    /// A client's request for what is only the host's. It learns nothing.
    #[error("not for clients")]
    Hidden,
    /// The secret is missing or wrong.
    #[error("the request is not signed, or not with the right secret")]
    Unsigned,
    /// v2: a caller who is named in part. No host does that.
    #[error("the request names its caller in part: id, email and role come together or not at all")]
    PartialIdentity,
    /// v2: a caller whose headers cannot be read. No host does that either.
    #[error("the request's {header} is not one that a host sends: one value of text, and a 32-bit integer for an id")]
    MalformedIdentity {
        /// The header.
        header: &'static str,
    },
}

impl Denied {
    /// The one table from a denial to its answer.
    pub(super) fn reply(self) -> Reply {
        match self {
            Self::Hidden => not_found(),
            Self::Unsigned | Self::PartialIdentity | Self::MalformedIdentity { .. } => {
                problem(StatusCode::UNAUTHORIZED, self.to_string())
            }
        }
    }
}

impl Gate {
    pub(crate) fn new(version: ProtocolVersion, secret: AuthSecret, pass: PassHeaders) -> Self {
        Self { version, secret, pass }
    }

    /// Whether the request may open the channel. A v1 host signs nothing there either.
    pub(super) fn admit_to_channel(&self, headers: &HeaderMap) -> Result<(), Denied> {
        match self.version {
            ProtocolVersion::V1 => not_proxied(headers),
            ProtocolVersion::V2 => self.signed(headers, &AUTH_SIGNATURE).and_then(|()| not_proxied(headers)),
        }
    }

    /// Whether the request may deliver an event.
    pub(super) fn admit_to_events(&self, headers: &HeaderMap) -> Result<(), Denied> {
        match self.version {
            ProtocolVersion::V1 => not_proxied(headers).and_then(|()| self.signed(headers, &AUTH)),
            ProtocolVersion::V2 => self.signed(headers, &AUTH_SIGNATURE).and_then(|()| not_proxied(headers)),
        }
    }

    /// Whether the request may have a file of the user interface. Whoever asks is of no interest: they are the same for all.
    pub(super) fn admit_to_ui(&self, headers: &HeaderMap) -> Result<(), Denied> {
        match self.version {
            ProtocolVersion::V1 => Ok(()),
            ProtocolVersion::V2 => self.signed(headers, &AUTH_SIGNATURE),
        }
    }

    /// Whether the request may reach the guest, and its verified caller, of whom there is none in v1. What a guest must not see is taken
    /// off the headers: the secret, the actor's token, the user's own session with Temps unless the operator lets it through, and in v1
    /// every claim of who the caller is.
    pub(super) fn admit_to_guest(&self, headers: &mut HeaderMap) -> Result<Option<Caller>, Denied> {
        let caller = match self.version {
            ProtocolVersion::V1 => None,
            ProtocolVersion::V2 => {
                self.signed(headers, &AUTH_SIGNATURE)?;
                identity::caller(headers)?
            }
        };
        // One look at the few that there are costs less than a search for each that there might be.
        let hidden: Vec<HeaderName> = headers.keys().filter(|name| self.hides(name)).cloned().collect();
        for name in hidden {
            headers.remove(name);
        }
        Ok(caller)
    }

    /// Whether a guest must not see this header: in v1, every claim of who the caller is, too.
    fn hides(&self, name: &HeaderName) -> bool {
        let hosts_own = match (self.version, name.as_str()) {
            (ProtocolVersion::V1, headers::PLUGIN | headers::REQUEST_ID) => false,
            (ProtocolVersion::V1, name) => name.starts_with(headers::PREFIX),
            (ProtocolVersion::V2, name) => matches!(name, headers::AUTH_SIGNATURE | headers::ACTOR_TOKEN | headers::AUTH),
        };
        hosts_own || self.pass.hides(name)
    }

    /// Two signatures are none: it would be open which one counts.
    fn signed(&self, headers: &HeaderMap, name: &HeaderName) -> Result<(), Denied> {
        let mut given = headers.get_all(name).iter();
        match (given.next(), given.next()) {
            (Some(signature), None) if self.secret.is(signature.as_bytes()) => Ok(()),
            _ => Err(Denied::Unsigned),
        }
    }
}

fn not_proxied(headers: &HeaderMap) -> Result<(), Denied> {
    if headers.contains_key(&PLUGIN) { Err(Denied::Hidden) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use temps_plugin_policy::UserHeader;

    use super::*;

    const SECRET: &str = "s3cret";

    fn gate(version: ProtocolVersion) -> Gate {
        Gate::new(version, AuthSecret::new(SECRET.into()).unwrap(), PassHeaders::default())
    }

    fn map(list: &[(&'static str, &'static str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn v2_wants_the_one_right_signature_everywhere() {
        let gate = gate(ProtocolVersion::V2);
        let right = (headers::AUTH_SIGNATURE, SECRET);
        for unsigned in
            [vec![], vec![(headers::AUTH_SIGNATURE, "wrong")], vec![(headers::AUTH_SIGNATURE, "")], vec![(headers::AUTH, SECRET)]]
        {
            let mut headers = map(&unsigned);
            assert_eq!(gate.admit_to_channel(&headers), Err(Denied::Unsigned));
            assert_eq!(gate.admit_to_events(&headers), Err(Denied::Unsigned));
            assert_eq!(gate.admit_to_ui(&headers), Err(Denied::Unsigned));
            assert_eq!(gate.admit_to_guest(&mut headers), Err(Denied::Unsigned));
        }
        let mut twice = map(&[right]);
        twice.append(&AUTH_SIGNATURE, HeaderValue::from_static(SECRET));
        assert_eq!(gate.admit_to_channel(&twice), Err(Denied::Unsigned));
        let mut headers = map(&[right]);
        assert_eq!(gate.admit_to_channel(&headers), Ok(()));
        assert_eq!(gate.admit_to_events(&headers), Ok(()));
        assert_eq!(gate.admit_to_ui(&headers), Ok(()));
        assert_eq!(gate.admit_to_guest(&mut headers), Ok(None));
    }

    #[test]
    fn v2_wants_the_caller_in_full_or_not_at_all() {
        let gate = gate(ProtocolVersion::V2);
        let all = [(headers::USER_ID, "1"), (headers::USER_EMAIL, "a@b"), (headers::USER_ROLE, "user")];
        for present in 0..8_usize {
            let some = all.iter().enumerate().filter(|(bit, _)| present & (1 << bit) != 0).map(|(_, header)| *header);
            let list: Vec<_> = some.chain([(headers::AUTH_SIGNATURE, SECRET)]).collect();
            let expected = match present {
                0 => Ok(None),
                7 => Ok(Some(1)),
                _ => Err(Denied::PartialIdentity),
            };
            let admitted = gate.admit_to_guest(&mut map(&list)).map(|caller| caller.map(|caller| caller.id));
            assert_eq!(admitted, expected, "{list:?}");
        }
    }

    #[test]
    fn v2_guests_see_the_caller_and_no_secret() {
        let mut headers = map(&[
            (headers::AUTH_SIGNATURE, SECRET),
            (headers::ACTOR_TOKEN, "token"),
            (headers::AUTH, SECRET),
            ("cookie", "session"),
            ("authorization", "Bearer x"),
            (headers::PLUGIN, "p"),
            (headers::USER_ID, "1"),
            (headers::USER_EMAIL, "a@b"),
            (headers::USER_ROLE, "user"),
            (headers::USER_PERMISSIONS, "projects:read"),
            ("accept", "*/*"),
        ]);
        let caller = gate(ProtocolVersion::V2).admit_to_guest(&mut headers).unwrap().unwrap();
        assert!(caller.actor.is_some());
        let seen =
            ["accept", headers::PLUGIN, headers::USER_EMAIL, headers::USER_ID, headers::USER_PERMISSIONS, headers::USER_ROLE];
        assert_eq!(names(&headers), seen);
    }

    #[test]
    fn v1_guests_see_no_claim_of_a_caller() {
        let mut headers = map(&[
            (headers::PLUGIN, "p"),
            (headers::REQUEST_ID, "r"),
            (headers::AUTH_SIGNATURE, SECRET),
            (headers::USER_ID, "1"),
            (headers::USER_EMAIL, "a@b"),
            (headers::USER_ROLE, "admin"),
            (headers::USER_PERMISSIONS, "all"),
            ("x-temps-anything-newer", "x"),
            (headers::ACTOR_TOKEN, "token"),
            ("cookie", "session"),
            ("authorization", "Bearer x"),
            ("accept", "*/*"),
        ]);
        assert_eq!(gate(ProtocolVersion::V1).admit_to_guest(&mut headers), Ok(None));
        assert_eq!(names(&headers), ["accept", headers::PLUGIN, headers::REQUEST_ID]);
    }

    #[test]
    fn only_what_the_operator_names_is_passed_of_the_users_own() {
        let mut pass = PassHeaders::default();
        pass.pass(UserHeader::Authorization);
        for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
            let gate = Gate::new(version, AuthSecret::new(SECRET.into()).unwrap(), pass);
            let mut headers = map(&[(headers::AUTH_SIGNATURE, SECRET), ("cookie", "session"), ("authorization", "Bearer x")]);
            gate.admit_to_guest(&mut headers).unwrap();
            assert_eq!(names(&headers), ["authorization"]);
        }
    }

    #[test]
    fn v2_hides_the_protocols_paths_from_clients() {
        let gate = gate(ProtocolVersion::V2);
        let proxied = map(&[(headers::PLUGIN, "p"), (headers::AUTH_SIGNATURE, SECRET)]);
        assert_eq!(gate.admit_to_channel(&proxied), Err(Denied::Hidden));
        assert_eq!(gate.admit_to_events(&proxied), Err(Denied::Hidden));
        let unsigned = map(&[(headers::PLUGIN, "p")]);
        assert_eq!(gate.admit_to_channel(&unsigned), Err(Denied::Unsigned));
        assert_eq!(gate.admit_to_events(&unsigned), Err(Denied::Unsigned));
    }

    #[test]
    fn v1_hides_the_protocols_paths_from_clients() {
        let gate = gate(ProtocolVersion::V1);
        let proxied = map(&[(headers::PLUGIN, "p"), (headers::AUTH, SECRET)]);
        assert_eq!(gate.admit_to_channel(&proxied), Err(Denied::Hidden));
        assert_eq!(gate.admit_to_events(&proxied), Err(Denied::Hidden));
        assert_eq!(gate.admit_to_channel(&map(&[])), Ok(()));
        assert_eq!(gate.admit_to_events(&map(&[])), Err(Denied::Unsigned));
        assert_eq!(gate.admit_to_events(&map(&[(headers::AUTH_SIGNATURE, SECRET)])), Err(Denied::Unsigned));
        assert_eq!(gate.admit_to_events(&map(&[(headers::AUTH, SECRET)])), Ok(()));
    }
}
