//! Structured data in JSON-LD.

use serde_json::Value;

use crate::finding::counted;
use crate::html::Document;
use crate::{Check, Finding, Severity};

/// It is no JSON.
pub static INVALID: Check = Check {
    id: "structured-data.invalid",
    severity: Severity::Error,
    weight: 3.0,
    title: "Structured data is no JSON",
    advice: "Correct the JSON: it is ignored as it is.",
};

/// It does not say what it describes.
pub static UNTYPED: Check = Check {
    id: "structured-data.untyped",
    severity: Severity::Warning,
    weight: 2.0,
    title: "Structured data without a type",
    advice: "Add @type: without it search engines do not know what it describes.",
};

pub(super) fn of_page(document: &Document, found: &mut Vec<Finding>) {
    let (mut invalid, mut untyped) = (Vec::new(), Vec::new());
    for block in &document.json_ld {
        match serde_json::from_str::<Value>(block) {
            Err(error) => invalid.push(error.to_string()),
            Ok(value) if !is_typed(&value) => untyped.push(block.clone()),
            Ok(_) => {}
        }
    }
    if !invalid.is_empty() {
        found
            .push(Finding::new(&INVALID, format!("{} no JSON.", counted(invalid.len(), "block is", "blocks are"))).with(invalid));
    }
    if !untyped.is_empty() {
        found.push(
            Finding::new(&UNTYPED, format!("{} no @type.", counted(untyped.len(), "block has", "blocks have"))).with(untyped),
        );
    }
}

/// Whether it, or each of its items, has a type.
fn is_typed(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(is_typed),
        Value::Object(item) => match item.get("@graph") {
            Some(graph) => is_typed(graph),
            None => item.contains_key("@type"),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_document;
    use super::*;

    #[test]
    fn blocks_are_json_with_a_type() {
        let of = |json: &str| in_document(of_page, &format!("<script type='application/ld+json'>{json}</script>"));
        for typed in [r#"{"@type": "X"}"#, r#"[{"@type": "X"}, {"@type": "Y"}]"#, r#"{"@graph": [{"@type": "X"}]}"#] {
            assert!(of(typed).is_empty(), "{typed}");
        }
        for untyped in ["{}", "[]", "1", r#"[{"@type": "X"}, {}]"#, r#"{"@graph": [{}]}"#] {
            assert_eq!(of(untyped), ["structured-data.untyped"], "{untyped}");
        }
        assert_eq!(of("{'@type': 1}"), ["structured-data.invalid"]);
        assert_eq!(of(""), ["structured-data.invalid"]);
    }
}
