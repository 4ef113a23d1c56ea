//! The language of the page.

use crate::html::Document;
use crate::{Check, Finding, Severity};

/// `<html>` has no `lang`.
pub static MISSING: Check = Check {
    id: "language.missing",
    severity: Severity::Notice,
    weight: 1.0,
    title: "No language",
    advice: "Write <html lang=\"…\">: readers for the blind and translators need it.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    if document.language.as_deref().unwrap_or_default().is_empty() {
        found.push(Finding::new(&MISSING, "The page does not say its language."));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn a_page_says_its_language() {
        assert!(in_document(of_page, "<html lang=en>").is_empty());
        assert_eq!(in_document(of_page, "<html lang=''>"), ["language.missing"]);
        assert_eq!(in_document(of_page, "<p>"), ["language.missing"]);
    }
}
