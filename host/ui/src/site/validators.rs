//! What a client says that it has already (RFC 9110, 13).

use http::header::{IF_NONE_MATCH, IF_RANGE};
use http::{HeaderMap, HeaderValue};

/// Whether the client has this form of the file, by `If-None-Match`.
pub(super) fn has_it(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers.get_all(IF_NONE_MATCH).into_iter().any(|value| {
        let value = value.as_bytes().trim_ascii();
        value == b"*" || value.split(|byte| *byte == b',').any(|tag| strong(tag.trim_ascii()) == etag.as_bytes())
    })
}

/// Whether a part of this form is of use to the client: not if `If-Range` names another one, or a date, of which files have none.
pub(super) fn may_have_part(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers.get(IF_RANGE).is_none_or(|value| value == etag)
}

/// A tag without the mark of a weak one, which a cache may have put there.
fn strong(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: HeaderValue = HeaderValue::from_static("\"abc\"");

    fn headers(name: http::HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_client_has_what_one_of_its_tags_names() {
        for values in [&["\"abc\""][..], &["*"], &["W/\"abc\""], &["\"x\", \"abc\" "], &["\"x\"", "\"abc\""]] {
            assert!(has_it(&headers(IF_NONE_MATCH, values), &ETAG), "{values:?}");
        }
        for values in [&[][..], &[""], &["abc"], &["\"ABC\""], &["\"ab\"", "\"c\""], &["\"x\",*"]] {
            assert!(!has_it(&headers(IF_NONE_MATCH, values), &ETAG), "{values:?}");
        }
    }

    #[test]
    fn a_part_is_of_use_to_who_has_the_rest_of_the_same() {
        assert!(may_have_part(&headers(IF_RANGE, &[]), &ETAG));
        assert!(may_have_part(&headers(IF_RANGE, &["\"abc\""]), &ETAG));
        for other in ["\"x\"", "W/\"abc\"", "Wed, 21 Oct 2026 07:28:00 GMT", ""] {
            assert!(!may_have_part(&headers(IF_RANGE, &[other]), &ETAG), "{other}");
        }
    }
}
