//! Which of several URLs of a page search engines are to show.

use super::Seen;
use crate::html::Document;
use crate::{Check, Finding, Page, Severity, SiteIndex, resolve, same_origin};

/// There is none.
pub static MISSING: Check = Check {
    id: "canonical.missing",
    severity: Severity::Notice,
    weight: 2.0,
    title: "No canonical URL",
    advice: "Add <link rel=\"canonical\"> with the page's own URL.",
};

/// There are several, which do not agree.
pub static MULTIPLE: Check = Check {
    id: "canonical.multiple",
    severity: Severity::Error,
    weight: 5.0,
    title: "Conflicting canonical URLs",
    advice: "Keep one: search engines ignore all of them otherwise.",
};

/// It is no URL.
pub static INVALID: Check = Check {
    id: "canonical.invalid",
    severity: Severity::Warning,
    weight: 3.0,
    title: "Canonical URL is none",
    advice: "Write the page's URL, with https and host.",
};

/// It leads to another site.
pub static OTHER_ORIGIN: Check = Check {
    id: "canonical.other-origin",
    severity: Severity::Warning,
    weight: 3.0,
    title: "Canonical URL on another site",
    advice: "Check that the page is meant to be shown under that site: it will not be found here.",
};

/// It leads to a page that cannot be shown.
pub static BROKEN: Check = Check {
    id: "canonical.broken",
    severity: Severity::Error,
    weight: 8.0,
    title: "Canonical URL leads nowhere",
    advice: "Point it to a page that answers with 200 and may be indexed.",
};

pub(super) fn of_page(seen: Seen<'_>, document: &Document, found: &mut Vec<Finding>) {
    let Some(first) = document.canonicals.first() else {
        found.push(Finding::new(&MISSING, "The page does not say which URL is its canonical one."));
        return;
    };
    let resolved: Vec<_> = document.canonicals.iter().map(|href| resolve(seen.base, href).filter(|_| !href.is_empty())).collect();
    if resolved.iter().any(|url| Some(url) != resolved.first()) {
        found
            .push(Finding::new(&MULTIPLE, format!("{} canonical URLs do not agree.", resolved.len())).with(&document.canonicals));
    }
    match resolved.first() {
        Some(Some(url)) if !same_origin(url, seen.base) => {
            found.push(Finding::new(&OTHER_ORIGIN, "The canonical URL is on another site.").with([url.as_str()]));
        }
        Some(Some(_)) => {}
        _ => found.push(Finding::new(&INVALID, "The canonical URL is not one.").with([first])),
    }
}

pub(super) fn across(page: &Page, site: &SiteIndex, found: &mut Vec<Finding>) {
    let Some(canonical) = page.canonical.as_deref().filter(|canonical| page.is_document() && *canonical != page.url) else {
        return;
    };
    let Some(target) = site.page(canonical) else { return };
    let why = match target.status {
        None => "cannot be fetched".to_owned(),
        Some(200) if target.noindex => "asks not to be indexed".to_owned(),
        Some(200) => return,
        Some(status) => format!("answers with {status}"),
    };
    found.push(Finding::new(&BROKEN, format!("The canonical page {why}.")).with([canonical]));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answered, document, ids, on_first};
    use super::*;
    use crate::Outcome;

    fn in_head(html: &str) -> Vec<&'static str> {
        let (page, base) = (document("http://a.com/x"), "http://a.com/x".parse().unwrap());
        let document = Document::read(html.as_bytes());
        let mut found = Vec::new();
        of_page(Seen { page: &page, base: &base, document: Some(&document), cut: false }, &document, &mut found);
        ids(&found)
    }

    #[test]
    fn there_is_one_that_is_a_url_here() {
        let canonical = |href: &str| format!("<link rel=canonical href='{href}'>");
        assert!(in_head(&canonical("/y")).is_empty());
        assert!(in_head(&(canonical("/y") + &canonical("http://A.com/y#z"))).is_empty());
        assert_eq!(in_head(""), ["canonical.missing"]);
        assert_eq!(in_head(&(canonical("/y") + &canonical("/z"))), ["canonical.multiple"]);
        assert_eq!(in_head(&canonical("")), ["canonical.invalid"]);
        assert_eq!(in_head(&canonical("http://")), ["canonical.invalid"]);
        assert_eq!(in_head(&canonical("https://a.com/x")), ["canonical.other-origin"]);
    }

    #[test]
    fn it_leads_to_a_page() {
        let page = Page { canonical: Some("http://a.com/y".to_owned()), ..document("http://a.com/x") };
        for (target, expected) in [
            (document("http://a.com/y"), vec![]),
            (Page { noindex: true, ..document("http://a.com/y") }, vec!["canonical.broken"]),
            (answered("http://a.com/y", 404), vec!["canonical.broken"]),
            (Page::new("http://a.com/y", Outcome::Blocked), vec!["canonical.broken"]),
            (answered("http://a.com/unknown", 404), vec![]),
        ] {
            assert_eq!(ids(&on_first(across, &[page.clone(), target])), expected);
        }
        let own = Page { canonical: Some("http://a.com/x".to_owned()), noindex: true, ..document("http://a.com/x") };
        assert!(on_first(across, &[own]).is_empty());
    }
}
