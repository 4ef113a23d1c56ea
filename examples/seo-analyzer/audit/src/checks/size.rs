//! How large the HTML is.

use super::Seen;
use crate::{Check, Finding, Severity};

/// Bytes of HTML above which a page is slow on phones, whatever the network.
pub const LARGE_BYTES: u64 = 500_000;

/// The HTML is larger than [`LARGE_BYTES`].
pub static LARGE: Check = Check {
    id: "size.large",
    severity: Severity::Warning,
    weight: 3.0,
    title: "Large page",
    advice: "Take out what is not needed, such as data inlined in the HTML.",
};

/// The body is larger than what is read.
pub static CUT: Check = Check {
    id: "size.cut",
    severity: Severity::Error,
    weight: 5.0,
    title: "Page too large to read",
    advice: "Make the page smaller: what is behind the limit was not read, here or by search engines.",
};

pub(super) fn of_page(seen: Seen<'_>, found: &mut Vec<Finding>) {
    if seen.document.is_none() {
        return;
    }
    let bytes = seen.page.bytes;
    if seen.cut {
        found.push(Finding::new(&CUT, format!("Only the first {bytes} bytes were read.")));
    } else if bytes > LARGE_BYTES {
        found.push(Finding::new(&LARGE, format!("The HTML has {bytes} bytes.")));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, ids};
    use super::*;
    use crate::Page;
    use crate::html::Document;

    #[test]
    fn a_page_has_a_largest_size() {
        let of = |bytes: u64, cut: bool| {
            let page = Page { bytes, ..document("http://a.com/") };
            let (base, document) = ("http://a.com/".parse().unwrap(), Document::default());
            let mut found = Vec::new();
            of_page(Seen { page: &page, base: &base, document: Some(&document), cut }, &mut found);
            ids(&found)
        };
        assert!(of(LARGE_BYTES, false).is_empty());
        assert_eq!(of(LARGE_BYTES + 1, false), ["size.large"]);
        assert_eq!(of(LARGE_BYTES + 1, true), ["size.cut"]);
    }
}
