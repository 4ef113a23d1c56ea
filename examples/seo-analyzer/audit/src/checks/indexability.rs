//! Whether search engines may show the page.

use http::HeaderMap;

use crate::html::Document;
use crate::{Check, Finding, Outcome, Page, Severity};

/// It asks not to be shown.
pub static NOINDEX: Check = Check {
    id: "indexability.noindex",
    severity: Severity::Warning,
    weight: 10.0,
    title: "Page asks not to be indexed",
    advice: "Take noindex out, in robots meta or X-Robots-Tag, if the page is meant to be found.",
};

/// robots.txt keeps crawlers away.
pub static BLOCKED: Check = Check {
    id: "indexability.blocked",
    severity: Severity::Notice,
    weight: 4.0,
    title: "Blocked by robots.txt",
    advice: "Allow it in robots.txt if it is meant to be found, or take the links to it out.",
};

pub(super) fn of_page(page: &Page, document: Option<&Document>, found: &mut Vec<Finding>) {
    if page.outcome == Outcome::Blocked {
        found.push(Finding::new(&BLOCKED, "robots.txt does not allow the page."));
    }
    if page.noindex && page.is_document() {
        let meta = document.is_some_and(|document| document.robots.iter().any(|content| forbids(content)));
        let place = if meta { "robots meta" } else { "X-Robots-Tag" };
        found.push(Finding::new(&NOINDEX, "The page asks not to be indexed.").with([place]));
    }
}

/// Whether a page or its headers forbid it.
pub(crate) fn is_noindex(document: Option<&Document>, headers: &HeaderMap) -> bool {
    let in_meta = document.is_some_and(|document| document.robots.iter().any(|content| forbids(content)));
    let mut in_headers = headers.get_all("x-robots-tag").iter().filter_map(|value| value.to_str().ok());
    // `agent: noindex` is for that agent alone.
    in_meta || in_headers.any(forbids)
}

fn forbids(directives: &str) -> bool {
    directives.split(',').any(|one| one.trim().eq_ignore_ascii_case("noindex") || one.trim().eq_ignore_ascii_case("none"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, ids};
    use super::*;

    #[test]
    fn a_page_or_its_headers_forbid() {
        let read = |html: &str| Document::read(html.as_bytes());
        let headers =
            |value: &'static str| HeaderMap::from_iter([(http::HeaderName::from_static("x-robots-tag"), value.parse().unwrap())]);
        let none = HeaderMap::new();
        assert!(is_noindex(Some(&read("<meta name=robots content='follow, NoIndex'>")), &none));
        assert!(is_noindex(Some(&read("<meta name=robots content=none>")), &none));
        assert!(!is_noindex(Some(&read("<meta name=robots content='index, noindexing'>")), &none));
        assert!(is_noindex(None, &headers("noarchive, noindex")));
        assert!(!is_noindex(None, &headers("otherbot: noindex")));
    }

    #[test]
    fn it_is_told_where() {
        let mut found = Vec::new();
        of_page(&Page { noindex: true, ..document("a") }, Some(&Document::default()), &mut found);
        of_page(&Page::new("a", Outcome::Blocked), None, &mut found);
        assert_eq!(ids(&found), ["indexability.noindex", "indexability.blocked"]);
        assert_eq!(found[0].evidence, ["X-Robots-Tag"]);
    }
}
