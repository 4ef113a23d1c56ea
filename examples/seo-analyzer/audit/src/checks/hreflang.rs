//! The page in other languages.

use crate::finding::counted;
use crate::html::Document;
use crate::{Check, Finding, Page, Severity, SiteIndex};

/// A code that is none.
pub static INVALID: Check = Check {
    id: "hreflang.invalid",
    severity: Severity::Warning,
    weight: 2.0,
    title: "Language code is none",
    advice: "Use a language of ISO 639-1, perhaps with a region: de, de-AT, x-default.",
};

/// The page is not among its own alternates.
pub static NO_SELF: Check = Check {
    id: "hreflang.no-self",
    severity: Severity::Notice,
    weight: 1.0,
    title: "Page not among its languages",
    advice: "List the page itself, too, among its alternates.",
};

/// An alternate does not link back.
pub static NO_RETURN: Check = Check {
    id: "hreflang.no-return",
    severity: Severity::Warning,
    weight: 2.0,
    title: "Alternate does not link back",
    advice: "Let both pages name each other: search engines ignore the pair otherwise.",
};

pub(super) fn of_page(page: &Page, document: &Document, found: &mut Vec<Finding>) {
    let invalid: Vec<&str> =
        document.alternates.iter().map(|(language, _)| language.as_str()).filter(|code| !is_code(code)).collect();
    if !invalid.is_empty() {
        found.push(Finding::new(&INVALID, "A language code is not valid.").with(invalid));
    }
    if !page.alternates.is_empty() && !page.alternates.iter().any(|alternate| alternate.url == page.url) {
        found.push(Finding::new(&NO_SELF, "The page is not among its own alternates."));
    }
}

pub(super) fn across(page: &Page, site: &SiteIndex, found: &mut Vec<Finding>) {
    let silent = page.alternates.iter().filter(|alternate| {
        alternate.url != page.url && site.page(&alternate.url).is_some_and(|other| other.is_document && !other.names(&page.url))
    });
    let silent: Vec<String> = silent.map(|alternate| format!("{}: {}", alternate.language, alternate.url)).collect();
    if !silent.is_empty() {
        found.push(
            Finding::new(&NO_RETURN, format!("{} not name this page.", counted(silent.len(), "alternate does", "alternates do")))
                .with(silent),
        );
    }
}

/// `x-default`, or two or three letters and perhaps a script of four and a region of two letters or three digits.
fn is_code(code: &str) -> bool {
    if code.eq_ignore_ascii_case("x-default") {
        return true;
    }
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut parts = code.split('-');
    if !parts.next().is_some_and(|language| matches!(language.len(), 2 | 3) && letters(language)) {
        return false;
    }
    let mut rest = parts.peekable();
    rest.next_if(|script| script.len() == 4 && letters(script));
    rest.next_if(|region| {
        (region.len() == 2 && letters(region)) || (region.len() == 3 && region.bytes().all(|byte| byte.is_ascii_digit()))
    });
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answered, document, ids, on_first};
    use super::*;
    use crate::Alternate;

    fn speaking(url: &str, alternates: &[&str]) -> Page {
        let alternates = alternates.iter().map(|url| Alternate { language: "de".to_owned(), url: (*url).to_owned() }).collect();
        Page { alternates, ..document(url) }
    }

    #[test]
    fn codes_are_of_languages() {
        for code in ["en", "de-AT", "zh-Hant-TW", "zh-hans", "es-419", "x-default", "X-Default", "fil"] {
            assert!(is_code(code), "{code}");
        }
        for code in ["", "e", "english", "en_US", "en-", "en-USA", "-de", "en-US-x", "12", "x"] {
            assert!(!is_code(code), "{code}");
        }
    }

    #[test]
    fn a_page_is_among_its_alternates() {
        let document = Document::read(b"<link rel=alternate hreflang=d href=/d>");
        let mut found = Vec::new();
        of_page(&speaking("http://a.com/", &["http://a.com/d"]), &document, &mut found);
        assert_eq!(ids(&found), ["hreflang.invalid", "hreflang.no-self"]);
        found.clear();
        of_page(&speaking("http://a.com/", &["http://a.com/d", "http://a.com/"]), &Document::default(), &mut found);
        assert!(found.is_empty());
    }

    #[test]
    fn alternates_name_each_other() {
        let (one, other) = ("http://a.com/en", "http://a.com/de");
        assert!(on_first(across, &[speaking(one, &[one, other]), speaking(other, &[one])]).is_empty());
        assert_eq!(ids(&on_first(across, &[speaking(one, &[one, other]), speaking(other, &[other])])), ["hreflang.no-return"]);
        assert!(on_first(across, &[speaking(one, &[one, other])]).is_empty());
        assert!(on_first(across, &[speaking(one, &[one, other]), answered(other, 404)]).is_empty());
    }
}
