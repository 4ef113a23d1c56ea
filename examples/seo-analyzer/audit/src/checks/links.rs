//! Links to pages of the same site. What was not fetched is not judged.

use crate::finding::counted;
use crate::{Check, Finding, Page, Severity, SiteIndex};

/// A link leads to an error.
pub static BROKEN: Check = Check {
    id: "link.broken",
    severity: Severity::Error,
    weight: 10.0,
    title: "Broken link",
    advice: "Correct the link or take it out.",
};

/// A link leads to a redirect.
pub static REDIRECTED: Check = Check {
    id: "link.redirected",
    severity: Severity::Notice,
    weight: 2.0,
    title: "Link to a redirect",
    advice: "Link to where the redirect leads.",
};

pub(super) fn across(page: &Page, site: &SiteIndex, found: &mut Vec<Finding>) {
    let (mut broken, mut redirected) = (Vec::new(), Vec::new());
    for link in &page.links {
        let Some(target) = site.page(link) else { continue };
        match (target.status, &target.redirect_to) {
            (Some(status), _) if status >= 400 => broken.push(format!("{link} ({status})")),
            (None, _) if !target.is_blocked => broken.push(format!("{link} (no answer)")),
            (_, Some(to)) => redirected.push(format!("{link} → {to}")),
            _ => {}
        }
    }
    if !broken.is_empty() {
        found.push(
            Finding::new(&BROKEN, format!("{} to an error.", counted(broken.len(), "link leads", "links lead"))).with(broken),
        );
    }
    if !redirected.is_empty() {
        found.push(
            Finding::new(&REDIRECTED, format!("{} to a redirect.", counted(redirected.len(), "link leads", "links lead")))
                .with(redirected),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answered, document, ids, on_first, redirect};
    use super::*;
    use crate::Outcome;

    #[test]
    fn links_lead_to_pages() {
        let linking = |to: &str| Page { links: vec![to.to_owned()], ..document("http://a.com/") };
        let failed = Page::new("http://a.com/x", Outcome::Failed { reason: "down".to_owned() });
        for (target, expected) in [
            (document("http://a.com/x"), vec![]),
            (answered("http://a.com/x", 404), vec!["link.broken"]),
            (answered("http://a.com/x", 503), vec!["link.broken"]),
            (failed, vec!["link.broken"]),
            (redirect("http://a.com/x", "http://a.com/y"), vec!["link.redirected"]),
            (Page::new("http://a.com/x", Outcome::Blocked), vec![]),
            (document("http://a.com/other"), vec![]),
        ] {
            assert_eq!(ids(&on_first(across, &[linking("http://a.com/x"), target])), expected);
        }
    }
}
