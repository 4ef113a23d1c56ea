//! The page's title: what search results show as the link.

use crate::html::Document;
use crate::{Check, Finding, Severity};

/// Characters below which a title says too little to be told from others.
pub const SHORTEST: usize = 10;

/// Characters that search results show of a title, about.
pub const LONGEST: usize = 60;

/// There is none, or it is empty.
pub static MISSING: Check = Check {
    id: "title.missing",
    severity: Severity::Error,
    weight: 10.0,
    title: "No title",
    advice: "Give the page a <title> that says what is on it.",
};

/// There are several.
pub static MULTIPLE: Check = Check {
    id: "title.multiple",
    severity: Severity::Warning,
    weight: 2.0,
    title: "Several titles",
    advice: "Keep one <title>: which one counts is up to the search engine.",
};

/// It is longer than [`LONGEST`].
pub static LONG: Check = Check {
    id: "title.long",
    severity: Severity::Warning,
    weight: 2.0,
    title: "Title too long",
    advice: "Shorten it to about 60 characters: the rest is cut off in search results.",
};

/// It is shorter than [`SHORTEST`].
pub static SHORT: Check = Check {
    id: "title.short",
    severity: Severity::Notice,
    weight: 1.0,
    title: "Title too short",
    advice: "Say what the page is about, and whose it is.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    if document.titles.len() > 1 {
        found.push(Finding::new(&MULTIPLE, format!("The page has {} titles.", document.titles.len())).with(&document.titles));
    }
    let title = document.titles.first().map(String::as_str).unwrap_or_default();
    match title.chars().count() {
        0 => found.push(Finding::new(&MISSING, "The page has no title.")),
        length if length < SHORTEST => {
            found.push(Finding::new(&SHORT, format!("The title has {length} characters.")).with([title]))
        }
        length if length > LONGEST => {
            found.push(Finding::new(&LONG, format!("The title has {length} characters.")).with([title]))
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn a_title_has_a_length() {
        let title = |length: usize| in_document(of_page, &format!("<title>{}</title>", "é".repeat(length)));
        assert_eq!(title(0), ["title.missing"]);
        assert_eq!(title(SHORTEST - 1), ["title.short"]);
        assert!(title(SHORTEST).is_empty() && title(LONGEST).is_empty());
        assert_eq!(title(LONGEST + 1), ["title.long"]);
        assert_eq!(in_document(of_page, "<p>x</p>"), ["title.missing"]);
    }

    #[test]
    fn there_is_one() {
        assert_eq!(in_document(of_page, "<title>The first one</title><title>Another</title>"), ["title.multiple"]);
    }
}
