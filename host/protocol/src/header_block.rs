//! Headers in one block of bytes, as HTTP/1.1 writes them: `name: value` and CR LF for each, without the empty line at their end
//! ([RFC 9112, 5](https://www.rfc-editor.org/rfc/rfc9112#section-5)). So they pass between the launcher and a component in one copy, where a
//! list of pairs takes two calls for each.
//!
//! It is stricter than what peers of HTTP send to each other: there is one space behind the colon, no line is folded, and what is around a
//! value belongs to it.

use bytes::Bytes;
use http::header::InvalidHeaderName;
use http::{HeaderMap, HeaderName, HeaderValue};

/// A block that is not what [`encode`] writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderBlockError {
    /// A line without `: ` or without its end.
    #[error("`{line}` is no line of a header")]
    Line {
        /// The beginning of the line, escaped.
        line: String,
    },
    /// A name that no header may have.
    #[error("header name `{name}` is not valid")]
    Name {
        /// The name, escaped.
        name: String,
    },
    /// A value that no header may have.
    #[error("the value of header `{name}` has bytes that no header may have")]
    Value {
        /// The header.
        name: String,
    },
}

/// Writes headers that a peer may see, in their order. A name that occurs twice is written twice.
pub fn encode(headers: &HeaderMap) -> Vec<u8> {
    let bytes = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let mut block = Vec::with_capacity(bytes);
    for (name, value) in headers {
        block.extend_from_slice(name.as_str().as_bytes());
        block.extend_from_slice(b": ");
        block.extend_from_slice(value.as_bytes());
        block.extend_from_slice(b"\r\n");
    }
    block
}

/// Reads a block line by line. Names get lower case, and values share the block's memory. After an error it ends.
#[must_use]
pub fn decode(block: Bytes) -> Lines {
    Lines { block, at: 0 }
}

/// Names that were read before. One that comes again costs a comparison, where it would be checked and copied: most requests of a peer have the same names.
///
/// It has 64 places and keeps names of up to 64 bytes. A name goes where its bytes say, in place of what was there.
#[derive(Debug)]
pub struct Names([Option<HeaderName>; Self::PLACES]);

impl Names {
    /// More than the different names that the requests of one host have, most likely.
    const PLACES: usize = 64;

    /// The longest name that is kept, in bytes: more than any in use.
    const LONGEST: usize = 64;

    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self([const { None }; Self::PLACES])
    }

    fn read(&mut self, name: &[u8]) -> Result<HeaderName, InvalidHeaderName> {
        let byte = |at: usize| name.get(at).copied().map_or(0, usize::from);
        let place = name.len() ^ byte(name.len() / 2).wrapping_mul(5) ^ byte(name.len().wrapping_sub(1)).wrapping_mul(3);
        let Some(kept) = self.0.get_mut(place % Self::PLACES) else {
            return HeaderName::from_bytes(name);
        };
        if let Some(kept) = kept
            && same(kept.as_str().as_bytes(), name)
        {
            return Ok(kept.clone());
        }
        let read = HeaderName::from_bytes(name)?;
        if name.len() <= Self::LONGEST {
            *kept = Some(read.clone());
        }
        Ok(read)
    }
}

/// Whether both are the same, eight bytes at a time: the C library of WebAssembly compares them one by one.
fn same(one: &[u8], other: &[u8]) -> bool {
    let ((eights, rest), (others, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let equal = |(one, other): (&[u8; 8], &[u8; 8])| u64::from_ne_bytes(*one) == u64::from_ne_bytes(*other);
    one.len() == other.len()
        && eights.iter().zip(others).all(equal)
        && rest.iter().zip(other_rest).all(|(one, other)| one == other)
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

/// The headers of a block: see [`decode`].
#[derive(Debug, Clone)]
pub struct Lines {
    block: Bytes,
    /// Where the next line begins.
    at: usize,
}

impl Lines {
    /// How many headers there may be, to have room for them: a guess, from the block's length.
    #[must_use]
    pub fn estimate(&self) -> usize {
        /// A header with a value of common length.
        const COMMON: usize = 32;
        self.block.len() / COMMON
    }

    /// The next header, with its name from `names` if it is there.
    pub fn next_with(&mut self, names: &mut Names) -> Option<Result<(HeaderName, HeaderValue), HeaderBlockError>> {
        self.next_named(|name| names.read(name))
    }

    fn next_named(
        &mut self,
        read: impl FnOnce(&[u8]) -> Result<HeaderName, InvalidHeaderName>,
    ) -> Option<Result<(HeaderName, HeaderValue), HeaderBlockError>> {
        if self.at >= self.block.len() {
            return None;
        }
        let line = self.line(read);
        if line.is_err() {
            self.at = self.block.len();
        }
        Some(line)
    }

    fn line(
        &mut self,
        read: impl FnOnce(&[u8]) -> Result<HeaderName, InvalidHeaderName>,
    ) -> Result<(HeaderName, HeaderValue), HeaderBlockError> {
        let rest = self.block.get(self.at..).unwrap_or_default();
        let line = || HeaderBlockError::Line { line: printable(rest) };
        let colon = memchr::memchr(b':', rest).ok_or_else(line)?;
        let (name, behind) = rest.split_at(colon);
        let value = behind.strip_prefix(b": ").ok_or_else(line)?;
        let length = memchr::memchr(b'\r', value).filter(|end| value.get(end + 1) == Some(&b'\n')).ok_or_else(line)?;
        let name = read(name).map_err(|_| HeaderBlockError::Name { name: printable(name) })?;
        let begin = self.at + colon + 2;
        let value = HeaderValue::from_maybe_shared(self.block.slice(begin..begin + length))
            .map_err(|_| HeaderBlockError::Value { name: name.as_str().to_owned() })?;
        self.at = begin + length + 2;
        Ok((name, value))
    }
}

impl Iterator for Lines {
    type Item = Result<(HeaderName, HeaderValue), HeaderBlockError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_named(HeaderName::from_bytes)
    }
}

/// A peer's bytes for a log line: short, and without control characters.
fn printable(bytes: &[u8]) -> String {
    bytes.iter().take(64).flat_map(|byte| byte.escape_ascii()).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(block: &[u8]) -> Result<Vec<(String, Vec<u8>)>, HeaderBlockError> {
        let lines = decode(Bytes::copy_from_slice(block));
        lines.map(|line| line.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))).collect()
    }

    #[test]
    fn it_is_what_http_writes() {
        let mut headers = HeaderMap::new();
        headers.append("accept", HeaderValue::from_static("*/*"));
        headers.append("x-empty", HeaderValue::from_static(""));
        headers.append("accept", HeaderValue::from_static("b"));
        assert_eq!(encode(&headers), b"accept: */*\r\naccept: b\r\nx-empty: \r\n");
        assert_eq!(encode(&HeaderMap::new()), b"");
    }

    #[test]
    fn names_get_lower_case_and_values_stay_as_they_are() {
        let expected = vec![("content-type".to_owned(), b"a: b".to_vec()), ("x".to_owned(), b" \xff\t ".to_vec())];
        assert_eq!(read(b"Content-Type: a: b\r\nx:  \xff\t \r\n").unwrap(), expected);
        assert_eq!(read(b"").unwrap(), []);
    }

    #[test]
    fn names_are_kept_up_to_a_length() {
        let (kept, not_kept) = ("x".repeat(Names::LONGEST), "x".repeat(Names::LONGEST + 1));
        for (name, times) in [(kept, 1), (not_kept, 0)] {
            let mut names = Names::new();
            let read = names.read(name.as_bytes()).unwrap();
            assert_eq!((read.as_str(), names.0.iter().flatten().count()), (name.as_str(), times));
            assert_eq!(names.read(name.as_bytes()).unwrap(), read);
        }
        assert!(Names::new().read(b"").is_err() && Names::new().read(b"a b").is_err());
    }

    proptest! {
        #[test]
        fn what_is_the_same_is_found_to_be(one in "[ab]{0,20}", other in "[ab]{0,20}", at in any::<prop::sample::Index>()) {
            prop_assert_eq!(same(one.as_bytes(), other.as_bytes()), one == other);
            let mut changed = one.clone().into_bytes();
            prop_assert!(same(&changed, one.as_bytes()));
            if !changed.is_empty() {
                let at = at.index(changed.len());
                changed[at] = b'c';
                prop_assert!(!same(&changed, one.as_bytes()));
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (block, said) in [
            (&b"no colon\r\n"[..], "`no colon\\r\\n` is no line"),
            (b"a:b\r\n", "`a:b\\r\\n` is no line"),
            (b"a: b", "`a: b` is no line"),
            (b"a: b\r", "`a: b\\r` is no line"),
            (b"a: b\rc\r\n", "is no line"),
            (b"\r\n", "is no line"),
            (b"a b: c\r\n", "name `a b`"),
            (b": c\r\n", "name ``"),
            (b"x\ny: c\r\n", "name `x\\ny`"),
            (b"ok: 1\r\nx-y: a\nb: c\r\n", "value of header `x-y`"),
            (b"x: \x00\r\n", "value of header `x`"),
            (b"x: \x7f\r\n", "value of header `x`"),
        ] {
            let error = read(block).unwrap_err().to_string();
            assert!(error.contains(said), "{error} for {}", block.escape_ascii());
        }
        assert_eq!(decode(Bytes::from_static(b"bad\r\nok: 1\r\n")).count(), 1);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(list in proptest::collection::vec(("[a-z][a-z0-9-]{0,20}", "[\t -~\u{a0}-\u{ff}]{0,40}"), 0..20)) {
            let mut headers = HeaderMap::new();
            for (name, value) in &list {
                headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value.as_bytes()).unwrap());
            }
            // Names of an earlier block: some come again, some have taken the place of others.
            let mut names = Names::new();
            for _ in 0..2 {
                let (mut again, mut with_names) = (HeaderMap::new(), HeaderMap::new());
                for line in decode(encode(&headers).into()) {
                    let (name, value) = line.unwrap();
                    again.append(name, value);
                }
                let mut lines = decode(encode(&headers).into());
                while let Some(line) = lines.next_with(&mut names) {
                    let (name, value) = line.unwrap();
                    with_names.append(name, value);
                }
                prop_assert_eq!(&headers, &again);
                prop_assert_eq!(&headers, &with_names);
            }
        }

        #[test]
        fn nothing_panics(block in proptest::collection::vec(prop_oneof![Just(b':'), Just(b' '), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..60)) {
            drop(read(&block));
        }
    }
}
