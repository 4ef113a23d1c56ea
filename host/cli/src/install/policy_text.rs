//! The text of a policy: a new one, and one with more grants.

use std::path::Path;

use temps_plugin_policy::Policy;
use temps_plugin_policy::network::Grant;
use toml_edit::{Array, DocumentMut, Item, RawString, Table, TomlError, value};

use crate::inspect::Wanted;
use crate::terminal::plain;

/// A policy that grants `grants`, and names in comments what else the plugin asks for.
pub(super) fn fresh(name: &str, grants: &[Grant], wanted: &[Wanted]) -> String {
    let mut text =
        format!("# What `{}` may do. It is read at its start; what can be in it: docs/policy.md\n\n[network]\n", plain(name));
    for Wanted { origin, reason } in wanted {
        let granted = if grants.contains(origin) { "asked for" } else { "asked for, and not granted" };
        text.push_str(&format!("# {origin}, {granted}: {}\n", plain(reason)));
    }
    let mut allow = Array::new();
    grants.iter().for_each(|grant| allow.push(grant.to_string()));
    text.push_str(&format!("allow = {allow}\n"));
    text
}

/// The text with the grants added, and all else as it was, comments and order too.
///
/// # Errors
///
/// Why it cannot be done. The new text is read as a policy: it grants what it is to.
pub(super) fn with_grants(path: &Path, text: &str, grants: &[Grant]) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: TomlError| error.message().to_owned())?;
    let first = document.is_empty();
    let network = document.entry("network").or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix(if first { "" } else { "\n" });
        Item::Table(table)
    });
    let network = network.as_table_like_mut().ok_or("`network` is no table")?;
    let allow = network.entry("allow").or_insert_with(|| value(Array::new()));
    let allow = allow.as_array_mut().ok_or("`allow` is no list")?;
    grants.iter().for_each(|grant| add(allow, grant));
    let text = document.to_string();
    let policy = Policy::parse(path, &text).map_err(|error| error.to_string())?;
    let missing = grants.iter().find(|grant| !policy.network().allow().contains(grant));
    missing.map_or(Ok(text), |grant| Err(format!("{grant} would not be granted")))
}

/// Adds an entry in the manner of those that are there: in one line, or each in a line of its own.
fn add(allow: &mut Array, grant: &Grant) {
    let raw = |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let prefix = allow.iter().last().map(|last| raw(last.decor().prefix())).unwrap_or_default();
    let Some((_, indent)) = prefix.rsplit_once('\n') else {
        allow.push(grant.to_string());
        return;
    };
    // What stands behind the last entry, such as its comment, stays behind it.
    let behind = raw(Some(allow.trailing()));
    let (comment, end) = behind.rsplit_once('\n').unwrap_or((&behind, ""));
    let (comment, end) =
        if allow.trailing_comma() { (comment.to_owned(), end.to_owned()) } else { (String::new(), String::new()) };
    let mut entry = toml_edit::Value::from(grant.to_string());
    entry.decor_mut().set_prefix(format!("{comment}\n{indent}"));
    let had_comma = allow.trailing_comma();
    if !had_comma {
        // The last entry's own suffix has its comment and the line's end: that becomes this one's.
        if let Some(last) = allow.iter_mut().last() {
            let suffix = raw(last.decor().suffix());
            if let Some((comment, end)) = suffix.rsplit_once('\n') {
                let (comment, end) = (comment.to_owned(), end.to_owned());
                last.decor_mut().set_suffix(if comment.trim().is_empty() {
                    String::new()
                } else {
                    format!("{comment}\n{indent}")
                });
                entry.decor_mut().set_suffix(format!("\n{end}"));
            }
        }
    }
    allow.push_formatted(entry);
    if had_comma {
        allow.set_trailing(format!("\n{end}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str, grants: &[&str]) -> Result<String, String> {
        let grants: Vec<Grant> = grants.iter().map(|grant| grant.parse().unwrap()).collect();
        with_grants(Path::new("p.toml"), text, &grants)
    }

    #[test]
    fn the_rest_stays_as_it_was() {
        for (before, after) in [
            ("", "[network]\nallow = [\"https://n.example\"]\n"),
            (
                "# mine\n[log]\nlevel = \"off\" # quiet\n",
                "# mine\n[log]\nlevel = \"off\" # quiet\n\n[network]\nallow = [\"https://n.example\"]\n",
            ),
            ("[network]\n# none yet\nallow = []\n\n[log]\n", "[network]\n# none yet\nallow = [\"https://n.example\"]\n\n[log]\n"),
            (
                "[network]\nallow_private = [\"10.0.0.1\"]\n",
                "[network]\nallow_private = [\"10.0.0.1\"]\nallow = [\"https://n.example\"]\n",
            ),
            (
                "[network]\nallow = [\"https://a.example\"] # a\n",
                "[network]\nallow = [\"https://a.example\", \"https://n.example\"] # a\n",
            ),
            ("network.allow = ['https://a.example']\n", "network.allow = ['https://a.example', \"https://n.example\"]\n"),
            ("network = { allow = [] }\n", "network = { allow = [\"https://n.example\"] }\n"),
            (
                "[network]\nallow = [\n    \"https://a.example\", # for a\n    \"https://b.example\", # for b\n]\n",
                "[network]\nallow = [\n    \"https://a.example\", # for a\n    \"https://b.example\", # for b\n    \"https://n.example\",\n]\n",
            ),
            (
                "[network]\nallow = [\n  \"https://a.example\"\n]\n",
                "[network]\nallow = [\n  \"https://a.example\",\n  \"https://n.example\"\n]\n",
            ),
        ] {
            assert_eq!(added(before, &["https://n.example"]).unwrap(), after, "{before}");
        }
    }

    #[test]
    fn comments_of_any_form_of_list_are_kept() {
        for list in [
            "[\n  \"https://a.example\" # for a\n]",
            "[ # all\n  \"https://a.example\",\n  # the end\n]",
            "[\"https://a.example\" # a\n]",
        ] {
            let before = format!("[network]\nallow = {list}\n");
            let after = added(&before, &["https://n.example", "https://m.example"]).unwrap();
            for line in before.lines() {
                if let Some((_, comment)) = line.split_once('#') {
                    assert!(after.contains(comment), "{after}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_policy_is_not_touched() {
        assert!(added("network = 1", &["https://n.example"]).is_err());
        assert!(added("[network]\nallow = 1", &["https://n.example"]).is_err());
        assert!(added("[nothing]", &["https://n.example"]).unwrap_err().contains("no table `nothing`"));
        assert!(added("=", &["https://n.example"]).is_err());
    }

    #[test]
    fn a_new_one_is_a_policy_and_says_what_was_asked() {
        let wanted = |origin: &str| Wanted { origin: origin.parse().unwrap(), reason: "to\n[trust]\u{7}".into() };
        let text =
            fresh("hello", &["https://a.example".parse().unwrap()], &[wanted("https://a.example"), wanted("https://b.example")]);
        let policy = Policy::parse(Path::new("p"), &text).unwrap();
        assert_eq!(policy.network().allow().iter().map(ToString::to_string).collect::<Vec<_>>(), ["https://a.example"]);
        assert!(text.contains("\n# https://a.example, asked for: to\\n[trust]\\u{7}\n"), "{text}");
        assert!(text.contains("\n# https://b.example, asked for, and not granted: "), "{text}");
        assert!(Policy::parse(Path::new("p"), &fresh("hello", &[], &[])).unwrap().network().is_empty());
    }
}
