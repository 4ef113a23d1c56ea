//! Pictures.

use crate::html::Document;
use crate::{Check, Finding, Severity};

/// A picture has no `alt`. An empty one is right for decoration.
pub static ALT_MISSING: Check = Check {
    id: "image.alt-missing",
    severity: Severity::Warning,
    weight: 3.0,
    title: "Image without text",
    advice: "Describe the picture in alt, or leave alt empty if it is decoration.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    let silent: Vec<&str> =
        document.images.iter().filter(|image| image.alt.is_none()).map(|image| image.source.as_str()).collect();
    if !silent.is_empty() {
        let message = format!("{} of {} images have no alt.", silent.len(), document.images.len());
        found.push(Finding::new(&ALT_MISSING, message).with(silent));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn pictures_have_a_text() {
        assert!(in_document(of_page, "<img src=a alt=x><img src=b alt><img src=c alt=''>").is_empty());
        assert_eq!(in_document(of_page, "<img src=a alt=x><img src=b>"), ["image.alt-missing"]);
    }
}
