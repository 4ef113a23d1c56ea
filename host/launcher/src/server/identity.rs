//! The caller that a v2 host names in a request's headers. Only worth something once the request's signature has been checked.

use http::{HeaderMap, HeaderValue};
use temps_plugin_protocol::headers;
use temps_plugin_runtime::{ActorToken, Caller};

use super::trust::Denied;

/// The caller; none for an anonymous request.
///
/// A token without a caller is dropped: there is nobody to act for, and the host sends none. Permissions without a caller are nobody's.
///
/// # Errors
///
/// [`Denied::PartialIdentity`], or [`Denied::MalformedIdentity`] for a header that comes twice, is not text, or is an id that is none.
pub(super) fn caller(map: &HeaderMap) -> Result<Option<Caller>, Denied> {
    let claims = Claims::of(map);
    let id = claims.id.text(headers::USER_ID)?;
    let email = claims.email.text(headers::USER_EMAIL)?;
    let role = claims.role.text(headers::USER_ROLE)?;
    let (id, email, role) = match (id, email, role) {
        (Some(id), Some(email), Some(role)) => (id, email.to_owned(), role.to_owned()),
        (None, None, None) => return Ok(None),
        _ => return Err(Denied::PartialIdentity),
    };
    let id = id.parse().map_err(|_| Denied::MalformedIdentity { header: headers::USER_ID })?;
    let permissions = claims.permissions.text(headers::USER_PERMISSIONS)?.unwrap_or_default().to_owned();
    let token = claims.token.text(headers::ACTOR_TOKEN)?.filter(|token| !token.is_empty());
    Ok(Some(Caller { id, email, role, permissions, actor: token.map(|token| ActorToken::new(token.to_owned())) }))
}

/// The headers that name a caller, found in one look at all that there are.
#[derive(Default)]
struct Claims<'a> {
    id: Claim<'a>,
    email: Claim<'a>,
    role: Claim<'a>,
    permissions: Claim<'a>,
    token: Claim<'a>,
}

impl<'a> Claims<'a> {
    fn of(map: &'a HeaderMap) -> Self {
        let mut claims = Self::default();
        for (name, value) in map {
            let claim = match name.as_str() {
                headers::USER_ID => &mut claims.id,
                headers::USER_EMAIL => &mut claims.email,
                headers::USER_ROLE => &mut claims.role,
                headers::USER_PERMISSIONS => &mut claims.permissions,
                headers::ACTOR_TOKEN => &mut claims.token,
                _ => continue,
            };
            *claim = match claim {
                Claim::None => Claim::One(value),
                Claim::One(_) | Claim::Several => Claim::Several,
            };
        }
        claims
    }
}

/// What there is of a header. Of two values it would be open which one counts.
#[derive(Default)]
enum Claim<'a> {
    #[default]
    None,
    One(&'a HeaderValue),
    Several,
}

impl<'a> Claim<'a> {
    /// The header's one value.
    fn text(&self, header: &'static str) -> Result<Option<&'a str>, Denied> {
        match self {
            Self::None => Ok(None),
            Self::One(value) => str::from_utf8(value.as_bytes()).map(Some).map_err(|_| Denied::MalformedIdentity { header }),
            Self::Several => Err(Denied::MalformedIdentity { header }),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    const ALL: [(&str, &str); 5] = [
        (headers::USER_ID, "7"),
        (headers::USER_EMAIL, "ü@example.com"),
        (headers::USER_ROLE, "user"),
        (headers::USER_PERMISSIONS, "projects:read, deployments:write,,"),
        (headers::ACTOR_TOKEN, "t0ken"),
    ];

    fn map(list: &[(&'static str, &str)]) -> HeaderMap {
        let header = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        list.iter().map(header).collect()
    }

    /// All headers, with this one changed.
    fn with(header: &'static str, value: &str) -> HeaderMap {
        let mut map = map(&ALL);
        map.insert(header, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        map
    }

    #[test]
    fn a_caller_is_read_in_full() {
        let caller = caller(&map(&ALL)).unwrap().unwrap();
        assert_eq!((caller.id, caller.email.as_str(), caller.role.as_str()), (7, "ü@example.com", "user"));
        assert_eq!(caller.permissions, "projects:read, deployments:write,,");
        assert_eq!(caller.actor, Some(ActorToken::new("t0ken".into())));
    }

    #[test]
    fn permissions_and_token_may_be_missing() {
        let three = caller(&map(&ALL[..3])).unwrap().unwrap();
        assert_eq!((three.permissions.len(), three.actor), (0, None));
        assert_eq!(caller(&with(headers::ACTOR_TOKEN, "")).unwrap().unwrap().actor, None);
    }

    #[test]
    fn without_a_caller_there_is_nobody_to_act_for() {
        assert_eq!(caller(&map(&ALL[3..])), Ok(None));
    }

    #[test]
    fn an_id_is_a_32_bit_integer() {
        assert_eq!(caller(&with(headers::USER_ID, "2147483647")).unwrap().unwrap().id, i32::MAX);
        assert_eq!(caller(&with(headers::USER_ID, "-2147483648")).unwrap().unwrap().id, i32::MIN);
        for id in ["2147483648", "-2147483649", "", "7.0", "seven", "7 7"] {
            assert_eq!(caller(&with(headers::USER_ID, id)), Err(Denied::MalformedIdentity { header: headers::USER_ID }), "{id}");
        }
    }

    #[test]
    fn what_is_not_text_or_comes_twice_is_refused() {
        for (header, _) in ALL {
            let mut odd = map(&ALL);
            odd.insert(header, HeaderValue::from_bytes(b"\xff").unwrap());
            assert_eq!(caller(&odd), Err(Denied::MalformedIdentity { header }));
            let mut twice = map(&ALL);
            twice.append(header, HeaderValue::from_static("7"));
            assert_eq!(caller(&twice), Err(Denied::MalformedIdentity { header }));
        }
    }
}
