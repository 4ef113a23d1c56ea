//! What a redirect makes of a request, as the [fetch standard](https://fetch.spec.whatwg.org/#http-redirect-fetch) says.

use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION,
    PROXY_AUTHORIZATION,
};
use http::{Method, StatusCode};

use crate::target::Target;
use crate::{Error, RequestBody};

/// The headers that tell who asks. A redirect to another origin does not take them along.
const SENSITIVE: [http::HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// The headers that are about a body.
const OF_BODY: [http::HeaderName; 4] = [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION];

/// Where a response redirects to. None for one that is no redirect, or that does not say where.
pub(crate) fn location(status: StatusCode, headers: &HeaderMap, from: &Target) -> Result<Option<Target>, Error> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = headers.get(LOCATION) else { return Ok(None) };
    // As browsers do: bytes beyond ASCII are UTF-8.
    let location = std::str::from_utf8(location.as_bytes())
        .map_err(|_| Error::Redirect("the redirect leads to no URL: it is not UTF-8".to_owned()))?;
    from.join(location).map(Some)
}

/// The request that follows: its method, headers and body are changed in place. Streamed says that the body cannot be sent again.
pub(crate) fn follow(
    status: StatusCode,
    crosses: bool,
    method: &mut Method,
    headers: &mut HeaderMap,
    body: &mut RequestBody,
    streamed: bool,
) -> Result<(), Error> {
    let becomes_get = match status.as_u16() {
        301 | 302 => *method == Method::POST,
        303 => *method != Method::GET && *method != Method::HEAD,
        _ => false,
    };
    if becomes_get {
        *method = Method::GET;
        *body = RequestBody::Empty;
        for name in OF_BODY {
            headers.remove(name);
        }
    } else if streamed {
        return Err(Error::Redirect(format!("a redirect with {status} wants the body again, and a streamed body is sent once")));
    }
    if crosses {
        for name in SENSITIVE {
            headers.remove(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;

    use super::*;

    fn followed(status: u16, method: &str, crosses: bool, streamed: bool) -> Result<(Method, HeaderMap, bool), Error> {
        let mut method = method.parse().unwrap();
        let value = HeaderValue::from_static("x");
        let mut headers = HeaderMap::new();
        for name in [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, CONTENT_TYPE, http::header::ACCEPT] {
            headers.insert(name, value.clone());
        }
        let mut body = RequestBody::Inline(Bytes::from_static(b"body"));
        follow(StatusCode::from_u16(status).unwrap(), crosses, &mut method, &mut headers, &mut body, streamed)?;
        Ok((method, headers, matches!(body, RequestBody::Inline(_))))
    }

    #[test]
    fn methods_and_bodies_follow_the_standard() {
        for (status, from, to, keeps) in [
            (301, "POST", "GET", false),
            (302, "POST", "GET", false),
            (303, "POST", "GET", false),
            (303, "PUT", "GET", false),
            (303, "GET", "GET", true),
            (303, "HEAD", "HEAD", true),
            (301, "PUT", "PUT", true),
            (302, "DELETE", "DELETE", true),
            (307, "POST", "POST", true),
            (308, "POST", "POST", true),
        ] {
            let (method, headers, kept) = followed(status, from, false, false).unwrap();
            assert_eq!((method.as_str(), kept), (to, keeps), "{status} {from}");
            assert_eq!(headers.contains_key(CONTENT_TYPE), keeps);
            assert!(headers.contains_key(AUTHORIZATION) && headers.contains_key(COOKIE));
        }
    }

    #[test]
    fn another_origin_does_not_learn_who_asks() {
        let (_, headers, _) = followed(307, "GET", true, false).unwrap();
        assert_eq!(headers.len(), 2, "{headers:?}");
    }

    #[test]
    fn a_streamed_body_is_sent_once() {
        assert!(matches!(followed(307, "POST", false, true), Err(Error::Redirect(_))));
        assert!(matches!(followed(308, "PUT", false, true), Err(Error::Redirect(_))));
        assert!(followed(303, "POST", false, true).is_ok());
    }

    #[test]
    fn only_a_redirect_with_a_place_is_one() {
        let from = Target::parse("https://a.test/x/y?z").unwrap();
        let to = |status: u16, place: Option<&'static str>| {
            let headers = place.map(|place| (LOCATION, HeaderValue::from_static(place))).into_iter().collect();
            location(StatusCode::from_u16(status).unwrap(), &headers, &from)
        };
        assert_eq!(to(302, Some("../b#c")).unwrap().unwrap().url().as_str(), "https://a.test/b");
        assert_eq!(to(302, Some("//c.test")).unwrap().unwrap().origin(), "https://c.test");
        for (status, place) in [(302, None), (304, Some("/")), (300, Some("/")), (200, Some("/"))] {
            assert_eq!(to(status, place).unwrap(), None);
        }
        for place in ["file:///etc/passwd", "http://", "https://u:p@a.test/", "javascript:1"] {
            assert!(matches!(to(301, Some(place)), Err(Error::Redirect(_))), "{place}");
        }
    }
}
