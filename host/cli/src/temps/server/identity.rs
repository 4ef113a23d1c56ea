//! As whom a request is made: what says so is for the local Temps alone, and is taken off.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::problem::Problem;
use crate::temps::{AS_COOKIE, AS_HEADER, Identity};

/// The identity that the header names, else the cookie, else the run's.
pub(super) fn identity(headers: &mut HeaderMap, of_run: Identity) -> Result<Identity, Problem> {
    let cookie = take_cookie(headers);
    let (name, place) = match (headers.remove(AS_HEADER), cookie) {
        (Some(name), _) => (String::from_utf8_lossy(name.as_bytes()).into_owned(), format!("the header `{AS_HEADER}`")),
        (None, Some(name)) => (name, format!("the cookie `{AS_COOKIE}`")),
        (None, None) => return Ok(of_run),
    };
    name.parse().map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("{place}: {error}")))
}

/// Takes our cookie out of those of the request. In v1 the others reach the plugin.
fn take_cookie(headers: &mut HeaderMap) -> Option<String> {
    let mut taken = None;
    let mut others = Vec::new();
    for value in headers.get_all(header::COOKIE) {
        for cookie in value.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii) {
            match cookie.strip_prefix(AS_COOKIE.as_bytes()).and_then(|rest| rest.strip_prefix(b"=")) {
                Some(name) => taken = Some(String::from_utf8_lossy(name).into_owned()),
                None => others.push(cookie.to_owned()),
            }
        }
    }
    if taken.is_some() {
        headers.remove(header::COOKIE);
        // Parts of header values are one.
        if let Ok(rest) = HeaderValue::from_bytes(&others.join(&b"; "[..]))
            && !others.is_empty()
        {
            headers.insert(header::COOKIE, rest);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> (Result<Identity, Problem>, HeaderMap) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        (identity(&mut map, Identity::User), map)
    }

    #[test]
    fn the_header_comes_before_the_cookie_and_both_before_the_run() {
        for (headers, expected) in [
            (&[][..], Identity::User),
            (&[("cookie", "temps-dev-as=reader")], Identity::Reader),
            (&[("cookie", "a=b;temps-dev-as=reader ; c=d"), ("x-dev-as", "admin")], Identity::Admin),
            (&[("cookie", "my-temps-dev-as=reader; temps-dev-as-well=reader")], Identity::User),
        ] {
            assert_eq!(of(headers).0.unwrap(), expected, "{headers:?}");
        }
        for headers in [("cookie", "temps-dev-as=root"), ("cookie", "temps-dev-as="), ("x-dev-as", "root")] {
            assert!(of(&[headers]).0.is_err(), "{headers:?}");
        }
    }

    #[test]
    fn only_what_is_ours_is_taken_off() {
        let (_, headers) = of(&[("cookie", "a=b; temps-dev-as=reader"), ("cookie", "c=d; e"), ("x-dev-as", "admin")]);
        assert_eq!(headers.iter().collect::<Vec<_>>(), [(&header::COOKIE, &HeaderValue::from_static("a=b; c=d; e"))]);
        assert!(of(&[("cookie", "temps-dev-as=reader")]).1.is_empty());
        assert_eq!(of(&[("cookie", "a=b ;  c")]).1.get(header::COOKIE).unwrap(), "a=b ;  c");
    }
}
