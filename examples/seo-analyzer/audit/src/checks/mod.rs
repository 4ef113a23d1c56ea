//! What is looked for: on a page when it has been fetched, and across pages when all have been.
//!
//! A check is a module here with its [`Check`]s. Pages that redirect, are blocked or failed have no document, and only those checks that
//! speak of that.

pub mod canonical;
pub mod description;
pub mod duplicates;
pub mod headings;
pub mod hreflang;
pub mod images;
pub mod indexability;
pub mod language;
pub mod links;
pub mod open_graph;
pub mod redirects;
pub mod sitemap;
pub mod size;
pub mod status;
pub mod structured_data;
pub mod timing;
pub mod title;

use url::Url;

use crate::html::Document;
use crate::{Check, Finding, Page, SiteIndex};

/// All checks, in the order in which reports have them.
pub static ALL: &[&Check] = &[
    &status::SERVER_ERROR,
    &status::UNREACHABLE,
    &status::CLIENT_ERROR,
    &links::BROKEN,
    &links::REDIRECTED,
    &redirects::LOOP,
    &redirects::CHAIN,
    &indexability::NOINDEX,
    &indexability::BLOCKED,
    &title::MISSING,
    &title::MULTIPLE,
    &title::LONG,
    &title::SHORT,
    &description::MISSING,
    &description::LONG,
    &description::SHORT,
    &headings::H1_MISSING,
    &headings::H1_MULTIPLE,
    &headings::LEVEL_SKIPPED,
    &canonical::MISSING,
    &canonical::MULTIPLE,
    &canonical::INVALID,
    &canonical::OTHER_ORIGIN,
    &canonical::BROKEN,
    &duplicates::TITLE,
    &duplicates::DESCRIPTION,
    &duplicates::BODY,
    &open_graph::INCOMPLETE,
    &open_graph::RELATIVE_IMAGE,
    &hreflang::INVALID,
    &hreflang::NO_SELF,
    &hreflang::NO_RETURN,
    &language::MISSING,
    &images::ALT_MISSING,
    &structured_data::INVALID,
    &structured_data::UNTYPED,
    &sitemap::NOT_INDEXABLE,
    &sitemap::ORPHAN,
    &size::LARGE,
    &size::CUT,
    &timing::SLOW,
];

/// The check with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Check> {
    ALL.iter().find(|check| check.id == id).copied()
}

/// A page with what is known only while it is at hand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) page: &'a Page,
    /// The page's URL, or its `<base>`: what its links resolve against.
    pub(crate) base: &'a Url,
    /// None if it is no HTML, or had no success.
    pub(crate) document: Option<&'a Document>,
    /// Whether there is more of the body than was read.
    pub(crate) cut: bool,
}

/// What is wrong with a page by itself.
pub(crate) fn of_page(seen: Seen<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    status::of_page(seen.page, &mut found);
    timing::of_page(seen.page, &mut found);
    indexability::of_page(seen.page, seen.document, &mut found);
    size::of_page(seen, &mut found);
    if let Some(document) = seen.document {
        title::of_page(document, &mut found);
        description::of_page(document, &mut found);
        headings::of_page(document, &mut found);
        canonical::of_page(seen, document, &mut found);
        open_graph::of_page(document, &mut found);
        hreflang::of_page(seen.page, document, &mut found);
        language::of_page(document, &mut found);
        images::of_page(document, &mut found);
        structured_data::of_page(document, &mut found);
    }
    found
}

/// What is wrong with a page beside the others.
#[must_use]
pub fn across(page: &Page, site: &SiteIndex) -> Vec<Finding> {
    let mut found = Vec::new();
    links::across(page, site, &mut found);
    redirects::across(page, site, &mut found);
    canonical::across(page, site, &mut found);
    hreflang::across(page, site, &mut found);
    duplicates::across(page, site, &mut found);
    sitemap::across(page, site, &mut found);
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::Outcome;

    /// The ids of what a check finds in a document.
    pub(crate) fn in_document(check: fn(&Document, &mut Vec<Finding>), html: &str) -> Vec<&'static str> {
        let mut found = Vec::new();
        check(&Document::read(html.as_bytes()), &mut found);
        ids(&found)
    }

    pub(crate) fn ids(found: &[Finding]) -> Vec<&'static str> {
        found.iter().map(|finding| finding.check.id).collect()
    }

    pub(crate) fn answered(url: &str, status: u16) -> Page {
        Page::new(url, Outcome::Answered { status, redirect_to: None })
    }

    pub(crate) fn redirect(url: &str, to: &str) -> Page {
        Page::new(url, Outcome::Answered { status: 301, redirect_to: Some(to.to_owned()) })
    }

    /// A page with HTML.
    pub(crate) fn document(url: &str) -> Page {
        Page { text_hash: Some(format!("hash of {url}")), title: Some(format!("title of {url}")), ..answered(url, 200) }
    }

    /// What a check finds on the first of some pages.
    pub(crate) fn on_first(check: fn(&Page, &SiteIndex, &mut Vec<Finding>), pages: &[Page]) -> Vec<Finding> {
        let mut site = SiteIndex::default();
        pages.iter().for_each(|page| site.add(page));
        let mut found = Vec::new();
        check(&pages[0], &site, &mut found);
        found
    }

    #[test]
    fn each_check_is_there_once() {
        let ids: HashSet<_> = ALL.iter().map(|check| check.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for check in ALL {
            assert!(check.weight > 0.0 && check.id.contains('.') && !check.advice.is_empty(), "{}", check.id);
            assert_eq!(by_id(check.id), Some(*check));
        }
    }
}
