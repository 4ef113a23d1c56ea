//! The text of a policy: a new one, and one with more grants and values.

use std::fmt;
use std::path::Path;

use temps_plugin_bundle::PublicKey;
use temps_plugin_policy::network::Grant;
use temps_plugin_policy::{ConfigSource, Policy};
use temps_plugin_protocol::ConfigKey;
use toml_edit::{Array, DocumentMut, Item, RawString, Table, TableLike, TomlError, value};

use crate::inspect::Wanted;
use crate::terminal::plain;

/// What is added to a policy.
#[derive(Debug, Default)]
pub(super) struct Additions {
    pub(super) grants: Vec<Grant>,
    /// Keys of `[config]` with their values.
    pub(super) values: Vec<ConfigValue>,
    /// A key of `[trust]`.
    pub(super) trusted: Option<PublicKey>,
}

/// A key of `[config]` with the value that the operator gave it. [`Debug`](fmt::Debug) does not show
/// it.
pub(super) struct ConfigValue {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) secret: bool,
}

impl fmt::Debug for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, secret, value: _ } = self;
        f.debug_struct("ConfigValue").field("key", key).field("secret", secret).finish_non_exhaustive()
    }
}

impl Additions {
    pub(super) fn is_empty(&self) -> bool {
        self.grants.is_empty() && self.values.is_empty() && self.trusted.is_none()
    }

    /// The value that a key gets.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|value| value.key == key).map(|value| value.value.as_str())
    }
}

/// A policy with the additions, which names in comments what else the plugin asks for and which keys
/// it takes.
pub(super) fn fresh(name: &str, added: &Additions, wanted: &[Wanted], declared: &[ConfigKey]) -> String {
    let grants = &added.grants;
    let mut text =
        format!("# What `{}` may do. It is read at its start; what can be in it: docs/policy.md\n\n[network]\n", plain(name));
    for Wanted { origin, reason } in wanted {
        let granted = if grants.contains(origin) { "asked for" } else { "asked for, and not granted" };
        text.push_str(&format!("# {origin}, {granted}: {}\n", plain(reason)));
    }
    let mut allow = Array::new();
    grants.iter().for_each(|grant| allow.push(grant.to_string()));
    text.push_str(&format!("allow = {allow}\n"));
    if let Some(key) = &added.trusted {
        text.push_str(&format!("\n[trust]\nkeys = [\"{key}\"]\n"));
    }
    if !declared.is_empty() {
        text.push_str("\n[config]\n");
        declared.iter().for_each(|key| text.push_str(&fresh_key(key, added.value(&key.name))));
    }
    text
}

/// A key with what it is for in a comment. A key without a value is a comment too.
fn fresh_key(key: &ConfigKey, set: Option<&str>) -> String {
    let required = if key.required { ", required" } else { "" };
    let comment = format!("# {}{required}: {}\n", key.name, plain(&key.description));
    let line = match (set, &key.default_value) {
        (Some(set), _) => format!("{} = {}\n", key.name, toml_edit::Value::from(set)),
        // What takes several lines would end the comment.
        (None, Some(default)) if !default.contains(char::is_control) => {
            format!("# {} = {}\n", key.name, toml_edit::Value::from(default.as_str()))
        }
        (None, _) => format!("# {} = \"...\"\n", key.name),
    };
    comment + &line
}

/// The text with the additions, and all else as it was, comments and order too.
///
/// # Errors
///
/// Why it cannot be done. The new text is read as a policy: it says what it is to. No value is in it.
pub(super) fn with_additions(path: &Path, text: &str, added: &Additions) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: TomlError| error.message().to_owned())?;
    if !added.grants.is_empty() {
        let network = table(&mut document, "network")?;
        let allow = network.entry("allow").or_insert_with(|| value(Array::new()));
        let allow = allow.as_array_mut().ok_or("`allow` is no list")?;
        added.grants.iter().for_each(|grant| add(allow, &grant.to_string()));
    }
    if !added.values.is_empty() {
        let config = table(&mut document, "config")?;
        added.values.iter().for_each(|set| drop(config.insert(&set.key, value(&set.value))));
    }
    if let Some(key) = &added.trusted {
        let keys = table(&mut document, "trust")?.entry("keys").or_insert_with(|| value(Array::new()));
        add(keys.as_array_mut().ok_or("`keys` is no list")?, &key.to_string());
    }
    let text = document.to_string();
    let policy = Policy::parse(path, &text).map_err(|error| error.to_string())?;
    if let Some(grant) = added.grants.iter().find(|grant| !policy.network().allow().contains(grant)) {
        return Err(format!("{grant} would not be granted"));
    }
    if added.trusted.as_ref().is_some_and(|key| !policy.trusted_keys().contains(key)) {
        return Err("the key would not be trusted".to_owned());
    }
    let is_set = |set: &&ConfigValue| {
        let text = ConfigSource::Text(set.value.clone());
        policy.config().iter().any(|entry| entry.key == set.key && entry.source == text)
    };
    let unset = added.values.iter().find(|set| !is_set(set));
    unset.map_or(Ok(text), |set| Err(format!("`config.{}` would not be set", set.key)))
}

/// A table of the document, which is made at its end if it is not there.
fn table<'a>(document: &'a mut DocumentMut, name: &'static str) -> Result<&'a mut dyn TableLike, String> {
    let first = document.is_empty();
    let table = document.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix(if first { "" } else { "\n" });
        Item::Table(table)
    });
    table.as_table_like_mut().ok_or_else(|| format!("`{name}` is no table"))
}

/// Adds an entry in the manner of those that are there: in one line, or each in a line of its own.
fn add(allow: &mut Array, new: &str) {
    let raw = |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let prefix = allow.iter().last().map(|last| raw(last.decor().prefix())).unwrap_or_default();
    let Some((_, indent)) = prefix.rsplit_once('\n') else {
        allow.push(new);
        return;
    };
    // What stands behind the last entry, such as its comment, stays behind it.
    let behind = raw(Some(allow.trailing()));
    let (comment, end) = behind.rsplit_once('\n').unwrap_or((&behind, ""));
    let (comment, end) =
        if allow.trailing_comma() { (comment.to_owned(), end.to_owned()) } else { (String::new(), String::new()) };
    let mut entry = toml_edit::Value::from(new);
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
        with_additions(Path::new("p.toml"), text, &Additions { grants, ..Additions::default() })
    }

    fn valued(text: &str, values: &[(&str, &str)]) -> Result<String, String> {
        let value = |(key, value): &(&str, &str)| ConfigValue { key: (*key).into(), value: (*value).into(), secret: false };
        let values = values.iter().map(value).collect();
        with_additions(Path::new("p.toml"), text, &Additions { values, ..Additions::default() })
    }

    #[test]
    fn values_are_added_where_the_others_are() {
        for (before, after) in [
            ("", "[config]\nk = \"v\"\n"),
            ("# mine\n[log]\nlevel = \"off\"\n", "# mine\n[log]\nlevel = \"off\"\n\n[config]\nk = \"v\"\n"),
            ("[config]\na = { env = \"A\" } # a\n\n[log]\n", "[config]\na = { env = \"A\" } # a\nk = \"v\"\n\n[log]\n"),
            ("[config]\n# k = \"...\"\n\n[log]\n", "[config]\nk = \"v\"\n# k = \"...\"\n\n[log]\n"),
            ("config = {}\n", "config = { k = \"v\" }\n"),
            ("config.a = \"b\"\n", "config.a = \"b\"\nconfig.k = \"v\"\n"),
        ] {
            assert_eq!(valued(before, &[("k", "v")]).unwrap(), after, "{before}");
        }
    }

    #[test]
    fn any_text_is_a_value() {
        let odd = "a\"b'c\\\n[trust]\u{7}\u{1f600}\"\"\"'''";
        let text = valued("[config]\n", &[("k", odd), ("l", "")]).unwrap();
        let policy = Policy::parse(Path::new("p"), &text).unwrap();
        assert_eq!(policy.config()[0].source, ConfigSource::Text(odd.into()));
        assert_eq!(policy.config()[1].source, ConfigSource::Text(String::new()));
        let refused = valued("", &[("k", &"hunter2".repeat(10_000))]).unwrap_err();
        assert!(refused.contains("`config.k` has more than 65536 bytes") && !refused.contains("hunter2"), "{refused}");
        let value = ConfigValue { key: "k".into(), value: "hunter2".into(), secret: true };
        assert!(!format!("{value:?}").contains("hunter2"));
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
        let added = Additions { grants: vec!["https://a.example".parse().unwrap()], ..Additions::default() };
        let text = fresh("hello", &added, &[wanted("https://a.example"), wanted("https://b.example")], &[]);
        let policy = Policy::parse(Path::new("p"), &text).unwrap();
        assert_eq!(policy.network().allow().iter().map(ToString::to_string).collect::<Vec<_>>(), ["https://a.example"]);
        assert!(text.contains("\n# https://a.example, asked for: to\\n[trust]\\u{7}\n"), "{text}");
        assert!(text.contains("\n# https://b.example, asked for, and not granted: "), "{text}");
        let bare = fresh("hello", &Additions::default(), &[], &[]);
        assert!(Policy::parse(Path::new("p"), &bare).unwrap().network().is_empty());
        assert!(!bare.contains("[config]"), "{bare}");
    }

    #[test]
    fn a_new_one_has_each_key_that_the_plugin_takes() {
        let declared = [
            ConfigKey::new("api_key", "The key of\na service").required().secret(),
            ConfigKey::new("sender", "An address").required(),
            ConfigKey::new("region", "Where to").default_value("eu"),
            ConfigKey::new("text", "Some lines").default_value("a\nb = 1"),
        ];
        let values = vec![ConfigValue { key: "api_key".into(), value: "k".into(), secret: true }];
        let text = fresh("hello", &Additions { values, ..Additions::default() }, &[], &declared);
        let expected = "\n[config]\n# api_key, required: The key of\\na service\napi_key = \"k\"\n# sender, required: An address\n\
                        # sender = \"...\"\n# region: Where to\n# region = \"eu\"\n# text: Some lines\n# text = \"...\"\n";
        assert!(text.ends_with(expected), "{text}");
        let policy = Policy::parse(Path::new("p"), &text).unwrap();
        let keys: Vec<_> = policy.config().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["api_key"]);
    }
}
