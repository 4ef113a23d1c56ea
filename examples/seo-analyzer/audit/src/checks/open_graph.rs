//! What a link to the page looks like where people share it.

use url::Url;

use crate::html::Document;
use crate::{Check, Finding, Severity};

/// What every share needs.
const NEEDED: [&str; 3] = ["title", "description", "image"];

/// One of the needed properties is not there, or empty.
pub static INCOMPLETE: Check = Check {
    id: "open-graph.incomplete",
    severity: Severity::Notice,
    weight: 2.0,
    title: "Open Graph incomplete",
    advice: "Add og:title, og:description and og:image, so that shared links have a preview.",
};

/// The image is no absolute URL.
pub static RELATIVE_IMAGE: Check = Check {
    id: "open-graph.relative-image",
    severity: Severity::Warning,
    weight: 1.0,
    title: "Open Graph image is not absolute",
    advice: "Write og:image with https and host: others do not resolve it.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    let value = |name: &str| document.open_graph.iter().find(|(property, value)| property == name && !value.is_empty());
    let missing: Vec<String> = NEEDED.iter().filter(|name| value(name).is_none()).map(|name| format!("og:{name}")).collect();
    if !missing.is_empty() {
        found.push(Finding::new(&INCOMPLETE, "Open Graph properties are missing.").with(missing));
    }
    if let Some((_, image)) = value("image")
        && Url::parse(image).is_err()
    {
        found.push(Finding::new(&RELATIVE_IMAGE, "The image for shares has no absolute URL.").with([image]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn three_properties_are_needed() {
        let with = |title: &str, image: &str| {
            format!(
                "<meta property=og:title content='{title}'><meta property=og:description content=d><meta property=og:image content='{image}'>"
            )
        };
        assert!(in_document(of_page, &with("t", "https://a.com/i.png")).is_empty());
        assert_eq!(in_document(of_page, &with("", "https://a.com/i.png")), ["open-graph.incomplete"]);
        assert_eq!(in_document(of_page, &with("t", "/i.png")), ["open-graph.relative-image"]);
        assert_eq!(in_document(of_page, ""), ["open-graph.incomplete"]);
    }
}
