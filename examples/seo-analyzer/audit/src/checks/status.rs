//! What the server answers with.

use crate::{Check, Finding, Outcome, Page, Severity};

/// 500 and above.
pub static SERVER_ERROR: Check = Check {
    id: "status.server-error",
    severity: Severity::Error,
    weight: 15.0,
    title: "Server error",
    advice: "Find out why the server fails: search engines drop pages that keep failing.",
};

/// No answer at all.
pub static UNREACHABLE: Check = Check {
    id: "status.unreachable",
    severity: Severity::Error,
    weight: 15.0,
    title: "No answer",
    advice: "Find out why the server does not answer.",
};

/// 400 and above.
pub static CLIENT_ERROR: Check = Check {
    id: "status.client-error",
    severity: Severity::Error,
    weight: 10.0,
    title: "Page not there",
    advice: "Bring the page back, redirect it, or take out what leads to it.",
};

pub(super) fn of_page(page: &Page, found: &mut Vec<Finding>) {
    match &page.outcome {
        Outcome::Answered { status, .. } if *status >= 500 => {
            found.push(Finding::new(&SERVER_ERROR, format!("The server answers with {status}.")));
        }
        Outcome::Answered { status, .. } if *status >= 400 => {
            found.push(Finding::new(&CLIENT_ERROR, format!("The server answers with {status}.")));
        }
        Outcome::Failed { reason } => found.push(Finding::new(&UNREACHABLE, "There is no answer.").with([reason])),
        Outcome::Answered { .. } | Outcome::Blocked => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answered, ids};
    use super::*;

    #[test]
    fn each_status_has_its_finding() {
        let of = |page: &Page| {
            let mut found = Vec::new();
            of_page(page, &mut found);
            ids(&found)
        };
        for (status, expected) in [(200, vec![]), (301, vec![]), (399, vec![]), (400, vec!["status.client-error"])] {
            assert_eq!(of(&answered("a", status)), expected);
        }
        assert_eq!(of(&answered("a", 499)), ["status.client-error"]);
        assert_eq!(of(&answered("a", 500)), ["status.server-error"]);
        assert_eq!(of(&Page::new("a", Outcome::Failed { reason: "x".to_owned() })), ["status.unreachable"]);
        assert!(of(&Page::new("a", Outcome::Blocked)).is_empty());
    }
}
