//! The headers that a guest may send, and those that are added.

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, EXPECT, HOST, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use temps_plugin_protocol::hop_by_hop::is_hop_by_hop;

use crate::{Error, RequestBody};

/// What is accepted where the guest does not say: all that a response is decompressed from.
const ENCODINGS: HeaderValue = HeaderValue::from_static("gzip, br, zstd");

/// Methods that are about the connection, or show a request's headers to those who must not see them.
pub(crate) fn check_method(method: &Method) -> Result<(), Error> {
    // Some servers read a method in any case.
    if ["CONNECT", "TRACE", "TRACK"].iter().any(|refused| refused.eq_ignore_ascii_case(method.as_str())) {
        return Err(Error::Protocol(format!("the method {method} is not sent")));
    }
    Ok(())
}

/// Checks a guest's headers and takes out the body's length, which is the one that was announced for a streamed body. Refused, not dropped:
/// a guest that sets one of them means something by it.
pub(crate) fn check(headers: &mut HeaderMap, body: &RequestBody) -> Result<Option<u64>, Error> {
    if let Some(name) = headers.keys().find(|name| is_refused(name)) {
        return Err(Error::Protocol(format!("the header `{name}` is the connection's: a plugin cannot set it")));
    }
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let (first, more) = (lengths.next(), lengths.next().is_some());
    let announced = match first {
        None => None,
        Some(_) if more => return Err(Error::Protocol("there is more than one `content-length`".to_owned())),
        Some(value) => Some(length(value)?),
    };
    if let (Some(announced), Some(known)) = (announced, body.length())
        && announced != known
    {
        return Err(Error::Protocol(format!("`content-length` says {announced}, and the body has {known} bytes")));
    }
    headers.remove(CONTENT_LENGTH);
    Ok(announced)
}

/// Digits alone: `+5`, `5, 5` and the like are read in different ways.
fn length(value: &HeaderValue) -> Result<u64, Error> {
    let digits = value.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let length = digits.and_then(|digits| digits.parse().ok());
    length.ok_or_else(|| Error::Protocol("`content-length` is not a number".to_owned()))
}

fn is_refused(name: &HeaderName) -> bool {
    *name == HOST || *name == EXPECT || is_hop_by_hop(name) || name.as_str().starts_with("proxy-")
}

/// Adds what the guest has not set. True if the response is to be decompressed.
pub(crate) fn complete(headers: &mut HeaderMap) -> bool {
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    // A part of a compressed body cannot be decompressed.
    if headers.contains_key(ACCEPT_ENCODING) || headers.contains_key(RANGE) {
        return false;
    }
    headers.insert(ACCEPT_ENCODING, ENCODINGS);
    true
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::{BodyExt, Empty};

    use super::*;

    fn checked(list: &[(&str, &str)], body: &RequestBody) -> Result<(HeaderMap, Option<u64>), String> {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let length = check(&mut headers, body).map_err(|error| error.to_string())?;
        Ok((headers, length))
    }

    #[test]
    fn the_connections_headers_are_refused() {
        for name in [
            "host",
            "connection",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "proxy-x",
            "te",
            "trailer",
            "upgrade",
            "transfer-encoding",
            "expect",
            "http2-settings",
        ] {
            let error = checked(&[("accept", "a"), (name, "x")], &RequestBody::Empty).unwrap_err();
            assert!(error.contains(&format!("`{name}`")), "{error}");
        }
        assert!(checked(&[("cookie", "a"), ("authorization", "b"), ("x-host", "c")], &RequestBody::Empty).is_ok());
    }

    #[test]
    fn a_length_has_to_be_the_bodys() {
        let inline = RequestBody::Inline(Bytes::from_static(b"12345"));
        let streamed = RequestBody::Streamed(Empty::new().map_err(|never| match never {}).boxed_unsync());
        let (headers, length) = checked(&[("content-length", "5")], &inline).unwrap();
        assert_eq!((headers.len(), length), (0, Some(5)));
        assert_eq!(checked(&[("content-length", "7")], &streamed).unwrap().1, Some(7));
        assert_eq!(checked(&[], &streamed).unwrap().1, None);
        for value in ["4", "6"] {
            assert!(checked(&[("content-length", value)], &inline).unwrap_err().contains("5 bytes"));
        }
        for value in ["", "+5", "5, 5", "0x5", " 5", "-1", "99999999999999999999"] {
            assert!(checked(&[("content-length", value)], &inline).unwrap_err().contains("not a number"), "{value}");
        }
        assert!(checked(&[("content-length", "5"), ("content-length", "5")], &inline).unwrap_err().contains("more than one"));
    }

    #[test]
    fn what_is_compressed_is_the_guests_if_it_asks() {
        let mut headers = HeaderMap::new();
        assert!(complete(&mut headers));
        assert_eq!(headers[ACCEPT_ENCODING], "gzip, br, zstd");
        assert_eq!(headers[ACCEPT], "*/*");
        for name in [ACCEPT_ENCODING, RANGE] {
            let mut headers = HeaderMap::from_iter([(name, HeaderValue::from_static("x"))]);
            assert!(!complete(&mut headers));
        }
    }

    #[test]
    fn methods_of_the_connection_are_refused() {
        for method in ["CONNECT", "TRACE", "TRACK", "connect", "Trace"] {
            assert!(check_method(&method.parse().unwrap()).is_err());
        }
        assert!(check_method(&Method::DELETE).is_ok() && check_method(&"PURGE".parse().unwrap()).is_ok());
    }
}
