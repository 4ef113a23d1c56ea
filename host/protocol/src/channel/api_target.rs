//! What an API call may be addressed to.

/// The most bytes of an API call's path, and of its query: 8 KiB each, about what servers take for a line of a request. Checking them costs
/// time in proportion.
pub const MAX_API_TARGET_BYTES: usize = 8 << 10;

/// How often a path may be encoded: 4 times. Twice is what happens by mistake; looking further only costs time.
const DECODINGS: usize = 4;

/// A path or query that no API call may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiTargetError {
    /// The path or the query is longer than [`MAX_API_TARGET_BYTES`].
    #[error("{bytes} bytes of path or query, and {MAX_API_TARGET_BYTES} are allowed: send what is long as a body")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The path does not begin with a slash.
    #[error("the path has to begin with `/`, as in `/projects/7`: it is what comes after `/api`")]
    NotRooted,
    /// The path has a character in it that ends a path, or that URLs do not have.
    #[error("the path has {found:?} in it: percent-encode it, and give a query separately")]
    InPath {
        /// The character.
        found: char,
    },
    /// A segment of the path is `..`, in whatever encoding: it would lead out of the API.
    #[error("the path has the segment `..` in it: it has to stay below `/api`")]
    Leaves,
    /// The path is encoded more than four times over.
    #[error("the path is percent-encoded again and again: encode each segment once")]
    EncodedTooOften,
    /// The query has a character in it that ends a query, or that URLs do not have.
    #[error("the query has {found:?} in it: percent-encode it")]
    InQuery {
        /// The character.
        found: char,
    },
}

/// Checks that a path stays below `/api` wherever the host resolves it.
///
/// What servers and URL parsers take for a separator counts as one, and encodings are undone as often as they were applied: nobody
/// knows how often the host's side does that. Whether there is anything at the path is not checked.
///
/// # Errors
///
/// [`ApiTargetError`], for the first thing that is wrong.
pub fn check_api_path(path: &str) -> Result<(), ApiTargetError> {
    check_length(path)?;
    if !path.starts_with('/') {
        return Err(ApiTargetError::NotRooted);
    }
    // URL parsers strip blanks at the end, and take a backslash for a slash.
    if let Some(found) = path.chars().find(|c| matches!(c, '?' | '#' | '\\') || is_no_url_character(*c)) {
        return Err(ApiTargetError::InPath { found });
    }
    let mut path = path.as_bytes().to_vec();
    for _ in 0..=DECODINGS {
        if path.split(|byte| matches!(byte, b'/' | b'\\')).any(|segment| segment.trim_ascii() == b"..") {
            return Err(ApiTargetError::Leaves);
        }
        let once = decoded(&path);
        if once == path {
            return Ok(());
        }
        path = once;
    }
    Err(ApiTargetError::EncodedTooOften)
}

/// Checks that a query is one, without its `?`.
///
/// # Errors
///
/// [`ApiTargetError::TooLong`], or [`ApiTargetError::InQuery`].
pub fn check_api_query(query: &str) -> Result<(), ApiTargetError> {
    check_length(query)?;
    match query.chars().find(|c| *c == '#' || is_no_url_character(*c)) {
        Some(found) => Err(ApiTargetError::InQuery { found }),
        None => Ok(()),
    }
}

fn check_length(text: &str) -> Result<(), ApiTargetError> {
    if text.len() > MAX_API_TARGET_BYTES { Err(ApiTargetError::TooLong { bytes: text.len() }) } else { Ok(()) }
}

fn is_no_url_character(character: char) -> bool {
    character.is_control() || character.is_whitespace()
}

/// One encoding undone. What is no escape stays as it is.
fn decoded(text: &[u8]) -> Vec<u8> {
    let hex = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        if let (b'%', [high, low, beyond @ ..]) = (*first, after)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            decoded.push(high << 4 | low);
            rest = beyond;
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_pass() {
        for path in
            ["/", "/projects", "/projects/7/", "/files/a%20b", "/files/a..b", "/...", "/.well-known/x", "/x/%2e", "/ü", "/a%2fb"]
        {
            assert_eq!(check_api_path(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn a_path_begins_with_a_slash() {
        for path in ["", "projects", "http://elsewhere/", "\\projects"] {
            assert_eq!(check_api_path(path), Err(ApiTargetError::NotRooted), "{path}");
        }
    }

    #[test]
    fn nothing_else_hides_in_a_path() {
        for (path, found) in [
            ("/a?b", '?'),
            ("/a#b", '#'),
            ("/a\\..\\b", '\\'),
            ("/a\r\nb", '\r'),
            ("/a\0", '\0'),
            ("/a\u{85}", '\u{85}'),
            ("/a/.. ", ' '),
            ("/a\t", '\t'),
        ] {
            assert_eq!(check_api_path(path), Err(ApiTargetError::InPath { found }), "{path:?}");
        }
    }

    #[test]
    fn no_path_leads_out() {
        for path in [
            "/..",
            "/../",
            "/a/../b",
            "/%2e%2e/b",
            "/%2E%2e/b",
            "/.%2e",
            "/%2e.",
            "/%252e%252e",
            "/%25252E.",
            "/a%2f..%2fb",
            "/a%2F%2e%2E",
            "/..%5cb",
            "/..%20",
            "/%2%65%2%65",
        ] {
            assert_eq!(check_api_path(path), Err(ApiTargetError::Leaves), "{path}");
        }
    }

    #[test]
    fn a_path_is_encoded_so_often_and_no_more() {
        let encoded = |times: usize| format!("/a%{}20b", "25".repeat(times - 1));
        assert_eq!(check_api_path(&encoded(DECODINGS)), Ok(()));
        assert_eq!(check_api_path(&encoded(DECODINGS + 1)), Err(ApiTargetError::EncodedTooOften));
    }

    #[test]
    fn a_path_and_a_query_have_a_largest_length() {
        let path = |bytes: usize| format!("/{}", "x".repeat(bytes - 1));
        assert_eq!(check_api_path(&path(MAX_API_TARGET_BYTES)), Ok(()));
        assert_eq!(check_api_query(&path(MAX_API_TARGET_BYTES)), Ok(()));
        let refused = Err(ApiTargetError::TooLong { bytes: MAX_API_TARGET_BYTES + 1 });
        assert_eq!(check_api_path(&path(MAX_API_TARGET_BYTES + 1)), refused);
        assert_eq!(check_api_query(&path(MAX_API_TARGET_BYTES + 1)), refused);
    }

    #[test]
    fn a_query_is_only_a_query() {
        for query in ["", "a=b&c=d", "a=%20", "a=/../b", "a?b"] {
            assert_eq!(check_api_query(query), Ok(()), "{query}");
        }
        for (query, found) in [("a#b", '#'), ("a b", ' '), ("a\nb", '\n')] {
            assert_eq!(check_api_query(query), Err(ApiTargetError::InQuery { found }), "{query:?}");
        }
    }
}
