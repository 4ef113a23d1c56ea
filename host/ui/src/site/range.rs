use std::ops::Range;

use http::HeaderMap;
use http::header::RANGE;

/// How much of a file a client wants (RFC 9110, 14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it. Also for several ranges at once, which nobody has to answer, and for what is no range.
    Whole,
    /// Some bytes of it, at least one.
    Part(Range<usize>),
    /// What begins after its end.
    Nothing,
}

impl Wanted {
    /// What the headers ask for of a file of `length` bytes.
    pub(super) fn of(headers: &HeaderMap, length: usize) -> Self {
        let mut lines = headers.get_all(RANGE).into_iter();
        match (lines.next().map(|line| line.to_str()), lines.next()) {
            (Some(Ok(line)), None) => parse(line, length).unwrap_or(Self::Whole),
            _ => Self::Whole,
        }
    }
}

/// `None` for what is not one range of bytes.
fn parse(line: &str, length: usize) -> Option<Wanted> {
    let (unit, range) = line.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !unit.trim().eq_ignore_ascii_case("bytes") || !digits(first) || !digits(last) {
        return None;
    }
    // A number that is too large for one is as good as the largest.
    let number = |text: &str| text.parse().unwrap_or(usize::MAX);
    let part = match (first, last) {
        ("", "") => return None,
        ("", last) => length.saturating_sub(number(last))..length,
        (first, "") => number(first)..length,
        (first, last) if number(last) < number(first) => return None,
        (first, last) => number(first)..number(last).saturating_add(1).min(length),
    };
    Some(if part.is_empty() { Wanted::Nothing } else { Wanted::Part(part) })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(range: &'static str, length: usize) -> Wanted {
        Wanted::of(&[(RANGE, HeaderValue::from_static(range))].into_iter().collect(), length)
    }

    #[test]
    fn a_range_is_a_part() {
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=2-", 2..10),
            ("bytes=-3", 7..10),
            ("bytes=-30", 0..10),
            ("bytes=5-99", 5..10),
            ("bytes=5-99999999999999999999999", 5..10),
            ("Bytes = 9-9", 9..10),
        ] {
            assert_eq!(of(range, 10), Wanted::Part(part), "{range}");
        }
    }

    #[test]
    fn what_begins_after_the_end_is_nothing() {
        for range in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(of(range, 10), Wanted::Nothing, "{range}");
        }
        assert_eq!(of("bytes=0-", 0), Wanted::Nothing);
    }

    #[test]
    fn what_is_no_single_range_is_the_whole() {
        for range in ["bytes=0-1,3-4", "items=0-1", "bytes=5-2", "bytes=-", "bytes", "bytes=a-b", "bytes=0-1-2", "bytes=+1-2", ""]
        {
            assert_eq!(of(range, 10), Wanted::Whole, "{range}");
        }
        let twice = (0..2).map(|_| (RANGE, HeaderValue::from_static("bytes=0-1"))).collect();
        assert_eq!(Wanted::of(&twice, 10), Wanted::Whole);
        assert_eq!(Wanted::of(&HeaderMap::new(), 10), Wanted::Whole);
    }
}
