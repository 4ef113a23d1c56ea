//! Redirects that lead to redirects.

use crate::{Check, Finding, Page, Severity, SiteIndex};

/// Redirects that are followed before it counts as a loop: what browsers do.
pub const LONGEST: usize = 20;

/// It comes back to where it was.
pub static LOOP: Check = Check {
    id: "redirect.loop",
    severity: Severity::Error,
    weight: 8.0,
    title: "Redirect loop",
    advice: "Let one of the redirects end at a page.",
};

/// It leads to another redirect.
pub static CHAIN: Check = Check {
    id: "redirect.chain",
    severity: Severity::Warning,
    weight: 3.0,
    title: "Redirect to a redirect",
    advice: "Redirect at once to where the last one leads.",
};

pub(super) fn across(page: &Page, site: &SiteIndex, found: &mut Vec<Finding>) {
    let Some(mut at) = page.redirect_to() else { return };
    let mut way = vec![page.url.as_str(), at];
    while let Some(next) = site.page(at).and_then(|page| page.redirect_to.as_deref()) {
        let seen = way.contains(&next) || way.len() > LONGEST;
        way.push(next);
        if seen {
            found.push(Finding::new(&LOOP, "The redirect never ends.").with(way));
            return;
        }
        at = next;
    }
    if at == page.url {
        found.push(Finding::new(&LOOP, "The page redirects to itself.").with(way));
    } else if way.len() > 2 {
        found.push(Finding::new(&CHAIN, format!("It takes {} redirects.", way.len() - 1)).with(way));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, ids, on_first, redirect};
    use super::*;

    #[test]
    fn a_redirect_leads_to_a_page() {
        let first = redirect("a", "b");
        assert!(on_first(across, &[first.clone(), document("b")]).is_empty());
        assert!(on_first(across, std::slice::from_ref(&first)).is_empty());
        let found = on_first(across, &[first.clone(), redirect("b", "c"), document("c")]);
        assert_eq!((ids(&found), &found[0].evidence[..]), (vec!["redirect.chain"], &["a", "b", "c"].map(str::to_owned)[..]));
        assert_eq!(ids(&on_first(across, &[first.clone(), redirect("b", "a")])), ["redirect.loop"]);
        assert_eq!(ids(&on_first(across, &[first.clone(), redirect("b", "c"), redirect("c", "b")])), ["redirect.loop"]);
        assert_eq!(ids(&on_first(across, &[redirect("a", "a")])), ["redirect.loop"]);
        assert!(on_first(across, &[document("a")]).is_empty());
    }

    #[test]
    fn a_chain_that_does_not_end_is_a_loop() {
        let chain =
            |length: usize| -> Vec<Page> { (0..length).map(|n| redirect(&n.to_string(), &(n + 1).to_string())).collect() };
        assert_eq!(ids(&on_first(across, &chain(LONGEST))), ["redirect.chain"]);
        assert_eq!(ids(&on_first(across, &chain(LONGEST + 1))), ["redirect.loop"]);
    }
}
