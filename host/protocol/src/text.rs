//! Texts from outside, cut before they are kept or shown.

use std::borrow::Cow;

/// Returns `text`, or its first `limit` bytes with the count of those that are missing.
///
/// It is cut between characters, so the result may have a few bytes less, and those of the mark more. It escapes nothing.
#[must_use]
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(limit);
    Cow::Owned(format!("{}… ({} bytes more)", text.get(..end).unwrap_or_default(), text.len() - end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_beyond_its_limit_and_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "abc… (1 bytes more)");
        assert_eq!(cut("äöü", 3), "ä… (4 bytes more)");
        assert_eq!(cut("ä", 0), "… (2 bytes more)");
    }
}
