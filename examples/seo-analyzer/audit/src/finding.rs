use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Notice,
    /// Costs something in search results.
    Warning,
    /// Keeps pages out of search results, or visitors from pages.
    Error,
}

impl Severity {
    /// As it is written: `error`, `warning`, `notice`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Something that is looked for. [`checks::ALL`](crate::checks::ALL) has all of them.
#[derive(Debug, PartialEq)]
pub struct Check {
    /// Names it: `title.missing`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it costs in points of 100 if every page has it. See [`score`](crate::score()).
    pub weight: f64,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// Something that was found on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was looked for.
    pub check: &'static Check,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What shows it: texts, URLs. At most [`MOST_EVIDENCE`].
    pub evidence: Vec<String>,
}

/// Pieces of evidence in a finding: more are not read.
pub const MOST_EVIDENCE: usize = 10;

/// Characters of a piece of evidence.
const LONGEST_EVIDENCE: usize = 300;

impl Finding {
    pub(crate) fn new(check: &'static Check, message: impl Into<String>) -> Self {
        Self { check, message: message.into(), evidence: Vec::new() }
    }

    pub(crate) fn with(mut self, evidence: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.evidence.extend(evidence.into_iter().take(MOST_EVIDENCE).map(|piece| cut(piece.into())));
        self
    }
}

/// A number with what it counts: `1 link leads`, `2 links lead`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST_EVIDENCE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::title;

    #[test]
    fn one_is_not_many() {
        assert_eq!((counted(1, "link leads", "links lead"), counted(0, "a", "b")), ("1 link leads".to_owned(), "0 b".to_owned()));
    }

    #[test]
    fn evidence_is_bounded() {
        let finding = Finding::new(&title::MISSING, "x").with((0..MOST_EVIDENCE + 1).map(|_| "é".repeat(LONGEST_EVIDENCE)));
        assert_eq!(finding.evidence.len(), MOST_EVIDENCE);
        assert_eq!(finding.evidence[0].chars().count(), LONGEST_EVIDENCE);
        let long = Finding::new(&title::MISSING, "x").with(["é".repeat(LONGEST_EVIDENCE + 1)]);
        assert!(long.evidence[0].ends_with("é…") && long.evidence[0].chars().count() == LONGEST_EVIDENCE + 1);
    }
}
