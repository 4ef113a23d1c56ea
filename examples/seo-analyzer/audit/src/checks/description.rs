//! The page's description: what search results show below the link.

use crate::html::Document;
use crate::{Check, Finding, Severity};

/// Characters below which search engines tend to take a text of their own.
pub const SHORTEST: usize = 50;

/// Characters that search results show, about.
pub const LONGEST: usize = 160;

/// There is none, or it is empty.
pub static MISSING: Check = Check {
    id: "description.missing",
    severity: Severity::Warning,
    weight: 5.0,
    title: "No description",
    advice: "Add <meta name=\"description\"> with a sentence or two on what the page offers.",
};

/// It is longer than [`LONGEST`].
pub static LONG: Check = Check {
    id: "description.long",
    severity: Severity::Notice,
    weight: 1.0,
    title: "Description too long",
    advice: "Shorten it to about 160 characters: the rest is cut off in search results.",
};

/// It is shorter than [`SHORTEST`].
pub static SHORT: Check = Check {
    id: "description.short",
    severity: Severity::Notice,
    weight: 1.0,
    title: "Description too short",
    advice: "Write 50 characters or more, or search engines choose a text of their own.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    let description = document.descriptions.first().map(String::as_str).unwrap_or_default();
    let said = |length: usize| format!("The description has {length} characters.");
    match description.chars().count() {
        0 => found.push(Finding::new(&MISSING, "The page has no description.")),
        length if length < SHORTEST => found.push(Finding::new(&SHORT, said(length)).with([description])),
        length if length > LONGEST => found.push(Finding::new(&LONG, said(length)).with([description])),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn a_description_has_a_length() {
        let of = |length: usize| in_document(of_page, &format!("<meta name=description content='{}'>", "é".repeat(length)));
        assert_eq!(of(0), ["description.missing"]);
        assert_eq!(of(SHORTEST - 1), ["description.short"]);
        assert!(of(SHORTEST).is_empty() && of(LONGEST).is_empty());
        assert_eq!(of(LONGEST + 1), ["description.long"]);
        assert_eq!(in_document(of_page, ""), ["description.missing"]);
    }
}
