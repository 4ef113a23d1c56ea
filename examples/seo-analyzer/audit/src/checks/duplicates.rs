//! Pages that say the same. Those that are not to be indexed, and those that name another as canonical, are left out.

use crate::site_index::Shared;
use crate::{Check, Finding, Page, Severity, SiteIndex};

/// Pages with one title.
pub static TITLE: Check = Check {
    id: "duplicate.title",
    severity: Severity::Warning,
    weight: 5.0,
    title: "Same title as other pages",
    advice: "Give each page a title of its own.",
};

/// Pages with one description.
pub static DESCRIPTION: Check = Check {
    id: "duplicate.description",
    severity: Severity::Warning,
    weight: 3.0,
    title: "Same description as other pages",
    advice: "Give each page a description of its own.",
};

/// Pages with one text.
pub static BODY: Check = Check {
    id: "duplicate.body",
    severity: Severity::Warning,
    weight: 6.0,
    title: "Same text as other pages",
    advice: "Keep one of them, and redirect the others or name it as their canonical.",
};

pub(super) fn across(page: &Page, site: &SiteIndex, found: &mut Vec<Finding>) {
    if !page.is_indexable() {
        return;
    }
    let shared = [
        (&TITLE, Shared::Title, page.title.as_deref()),
        (&DESCRIPTION, Shared::Description, page.description.as_deref()),
        (&BODY, Shared::Text, page.text_hash.as_deref()),
    ];
    for (check, what, value) in shared {
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        let others: Vec<&str> = site.with_same(what, value).filter(|url| *url != page.url).collect();
        if !others.is_empty() {
            let message = format!("{} other {} it.", others.len(), if others.len() == 1 { "page has" } else { "pages have" });
            found.push(Finding::new(check, message).with(others));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, ids, on_first};
    use super::*;

    #[test]
    fn pages_say_different_things() {
        let same = |url: &str| Page {
            title: Some("t".to_owned()),
            description: Some("d".to_owned()),
            text_hash: Some("1".to_owned()),
            ..document(url)
        };
        let all = ["duplicate.title", "duplicate.description", "duplicate.body"];
        assert_eq!(ids(&on_first(across, &[same("a"), same("b")])), all);
        assert!(on_first(across, &[same("a"), document("b")]).is_empty());
        assert!(on_first(across, &[same("a"), Page { noindex: true, ..same("b") }]).is_empty());
        assert!(on_first(across, &[same("a"), Page { canonical: Some("a".to_owned()), ..same("b") }]).is_empty());
        assert!(on_first(across, &[Page { canonical: Some("b".to_owned()), ..same("a") }, same("b")]).is_empty());
        let untitled = |url: &str| Page { title: Some(String::new()), ..document(url) };
        assert!(on_first(across, &[untitled("a"), untitled("b")]).is_empty());
    }
}
