//! Headings: what the page is about, and how it is divided.

use crate::finding::counted;
use crate::html::Document;
use crate::{Check, Finding, Severity};

/// There is no `<h1>` with a text.
pub static H1_MISSING: Check = Check {
    id: "heading.h1-missing",
    severity: Severity::Warning,
    weight: 4.0,
    title: "No main heading",
    advice: "Give the page one <h1> that says what it is about.",
};

/// There are several.
pub static H1_MULTIPLE: Check = Check {
    id: "heading.h1-multiple",
    severity: Severity::Notice,
    weight: 1.0,
    title: "Several main headings",
    advice: "Keep one <h1> and make the others <h2>.",
};

/// A level comes without the one above it.
pub static LEVEL_SKIPPED: Check = Check {
    id: "heading.level-skipped",
    severity: Severity::Notice,
    weight: 1.0,
    title: "Heading level skipped",
    advice: "Let levels follow each other: an <h2> below the <h1>, an <h3> below that.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    let main: Vec<&str> =
        document.headings.iter().filter(|(level, text)| *level == 1 && !text.is_empty()).map(|(_, text)| text.as_str()).collect();
    match main.len() {
        0 => found.push(Finding::new(&H1_MISSING, "The page has no <h1>.")),
        1 => {}
        count => found.push(Finding::new(&H1_MULTIPLE, format!("The page has {count} <h1>.")).with(main)),
    }
    let pairs = document.headings.iter().zip(document.headings.iter().skip(1));
    let skips: Vec<String> = pairs
        .filter(|((above, _), (below, _))| *below > above + 1)
        .map(|((above, _), (below, text))| format!("<h{below}> after <h{above}>: {text}"))
        .collect();
    if !skips.is_empty() {
        found.push(
            Finding::new(&LEVEL_SKIPPED, format!("{} a level.", counted(skips.len(), "heading skips", "headings skip")))
                .with(skips),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn there_is_one_main_heading() {
        assert!(in_document(of_page, "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>").is_empty());
        assert_eq!(in_document(of_page, "<h1><img src=x alt=''></h1>"), ["heading.h1-missing"]);
        assert_eq!(in_document(of_page, "<h1>a</h1><h1>b</h1>"), ["heading.h1-multiple"]);
    }

    #[test]
    fn levels_follow_each_other() {
        assert_eq!(in_document(of_page, "<h1>a</h1><h3>b</h3>"), ["heading.level-skipped"]);
        assert!(in_document(of_page, "<h2>before</h2><h1>a</h1>").is_empty());
    }
}
