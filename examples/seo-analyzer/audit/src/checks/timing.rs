//! How long the server takes.

use crate::{Check, Finding, Page, Severity};

/// Milliseconds after which visitors leave: a common measure.
pub const SLOW_MS: u64 = 3_000;

/// It took longer than [`SLOW_MS`].
pub static SLOW: Check = Check {
    id: "timing.slow",
    severity: Severity::Warning,
    weight: 6.0,
    title: "Slow answer",
    advice: "Find out what the server is busy with, or cache the page.",
};

pub(super) fn of_page(page: &Page, found: &mut Vec<Finding>) {
    if page.elapsed_ms > SLOW_MS && page.status().is_some() {
        found.push(Finding::new(&SLOW, format!("The answer took {:.1} s.", page.elapsed_ms as f64 / 1000.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answered, ids};
    use super::*;

    #[test]
    fn an_answer_has_a_longest_time() {
        for (elapsed_ms, expected) in [(SLOW_MS, vec![]), (SLOW_MS + 1, vec!["timing.slow"])] {
            let mut found = Vec::new();
            of_page(&Page { elapsed_ms, ..answered("a", 404) }, &mut found);
            assert_eq!(ids(&found), expected);
        }
    }
}
