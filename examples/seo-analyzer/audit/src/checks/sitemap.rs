//! What the sitemap lists.

use crate::{Check, Finding, Outcome, Page, Severity, SiteIndex};

/// It lists what search engines cannot show.
pub static NOT_INDEXABLE: Check = Check {
    id: "sitemap.not-indexable",
    severity: Severity::Warning,
    weight: 4.0,
    title: "Sitemap lists what cannot be indexed",
    advice: "List only pages that answer with 200, may be indexed, and are their own canonical.",
};

/// It lists a page that nothing links to.
pub static ORPHAN: Check = Check {
    id: "sitemap.orphan",
    severity: Severity::Notice,
    weight: 2.0,
    title: "Page without links to it",
    advice: "Link to the page from others: visitors cannot find it otherwise.",
};

pub(super) fn across(page: &Page, site: &SiteIndex, found: &mut Vec<Finding>) {
    if !page.in_sitemap {
        return;
    }
    let why = match &page.outcome {
        Outcome::Blocked => Some("robots.txt does not allow it".to_owned()),
        Outcome::Failed { .. } => Some("there is no answer".to_owned()),
        Outcome::Answered { status, .. } if *status != 200 => Some(format!("it answers with {status}")),
        Outcome::Answered { .. } if page.noindex => Some("it asks not to be indexed".to_owned()),
        Outcome::Answered { .. } if page.is_document() && !page.is_indexable() => {
            Some("another page is its canonical".to_owned())
        }
        Outcome::Answered { .. } => None,
    };
    if let Some(why) = why {
        found.push(Finding::new(&NOT_INDEXABLE, format!("The sitemap lists the page, and {why}.")));
    } else if page.depth > 0 && !site.is_linked(&page.url) {
        found.push(Finding::new(&ORPHAN, "Only the sitemap has the page."));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answered, document, ids, on_first, redirect};
    use super::*;

    #[test]
    fn it_lists_what_can_be_shown() {
        let listed = |page: Page| Page { in_sitemap: true, ..page };
        for bad in [
            answered("a", 404),
            redirect("a", "b"),
            Page::new("a", Outcome::Blocked),
            Page::new("a", Outcome::Failed { reason: String::new() }),
            Page { noindex: true, ..document("a") },
            Page { canonical: Some("b".to_owned()), ..document("a") },
        ] {
            assert_eq!(ids(&on_first(across, &[listed(bad.clone())])), ["sitemap.not-indexable"], "{bad:?}");
            assert!(on_first(across, &[bad]).is_empty());
        }
        assert!(on_first(across, &[listed(document("a"))]).is_empty());
    }

    #[test]
    fn something_links_to_what_it_lists() {
        let listed = Page { in_sitemap: true, depth: 1, ..document("a") };
        assert_eq!(ids(&on_first(across, std::slice::from_ref(&listed))), ["sitemap.orphan"]);
        let linking = Page { links: vec!["a".to_owned()], ..document("b") };
        assert!(on_first(across, &[listed, linking]).is_empty());
    }
}
