//! What has to be answered.

use std::ops::RangeInclusive;
use std::path::Path;

use crate::case::Case;
use crate::error::BenchError;
use crate::http::{Answer, ask};

/// An answer of which all is known, except perhaps some bytes in its middle.
#[derive(Debug, Clone)]
pub struct Expected {
    start: Vec<u8>,
    end: &'static [u8],
    length: RangeInclusive<usize>,
}

impl Expected {
    /// These bytes.
    pub fn body(bytes: impl Into<Vec<u8>>) -> Self {
        let start = bytes.into();
        Self { length: start.len()..=start.len(), start, end: b"" }
    }

    /// So many bytes, at least one, between these.
    pub fn around(start: &'static [u8], between: usize, end: &'static [u8]) -> Self {
        let known = start.len() + end.len();
        Self { start: start.into(), end, length: known + 1..=known + between }
    }

    /// Whether status and length are right: what is checked of every answer.
    pub fn fits(&self, answer: Answer) -> bool {
        answer.status == 200 && self.length.contains(&answer.length)
    }

    fn is(&self, body: &[u8]) -> bool {
        body.starts_with(&self.start) && body.ends_with(self.end) && self.length.contains(&body.len())
    }
}

/// Asks once, and compares the whole answer.
pub fn check(side: &'static str, socket: &Path, case: &Case) -> Result<(), BenchError> {
    let (answer, body) = ask(socket, &case.request).map_err(|source| BenchError::Request { case: case.name, source })?;
    if answer.status == 200 && case.expected.is(&body) {
        return Ok(());
    }
    let body = String::from_utf8_lossy(&body).chars().take(200).collect();
    Err(BenchError::Body { side, case: case.name, status: answer.status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_compared_as_a_whole() {
        let expected = Expected::body("hello");
        assert!(expected.is(b"hello"));
        assert!(!expected.is(b"hell") && !expected.is(b"hellos") && !expected.is(b"jello"));
        assert!(expected.fits(Answer { status: 200, length: 5 }));
        assert!(!expected.fits(Answer { status: 404, length: 5 }));
        assert!(!expected.fits(Answer { status: 200, length: 4 }));
    }

    #[test]
    fn the_middle_may_be_unknown() {
        let expected = Expected::around(b"{\"id\":", 2, b"}");
        assert!(expected.is(b"{\"id\":1}") && expected.is(b"{\"id\":12}"));
        assert!(!expected.is(b"{\"id\":}") && !expected.is(b"{\"id\":123}"));
    }
}
