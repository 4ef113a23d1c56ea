//! The configuration that a plugin declares, and what of it a policy sets.

use std::path::Path;

use serde_json::{Value, json};
use temps_plugin_policy::{IncompletePolicy, Policy};
use temps_plugin_protocol::ConfigKey;
use temps_plugin_runtime::Description;

use super::{Beside, Inspection};
use crate::terminal::{Page, Tone};

/// The characters of a default that are shown: 60, about a line. All of it is in the JSON.
const SHOWN_DEFAULT_CHARS: usize = 60;

/// The state of a policy that does not set what its plugin requires, beside those of
/// [`Beside::state`].
pub(crate) const INCOMPLETE: &str = "incomplete";

impl Inspection {
    /// What the plugin requires and nothing sets, for which it would not start. Nothing is known of
    /// that under a policy that cannot be used.
    pub(super) fn incomplete(&self) -> Option<IncompletePolicy> {
        self.in_force.beside.incomplete(&self.in_force.path, &self.examined.description)
    }

    pub(super) fn config(&self, page: &mut Page) {
        let declared = &self.examined.description.config;
        let mut label = "config";
        for key in declared {
            let (tone, text) = key_text(key, self.sets(&key.name));
            page.put_in(tone, label, &text);
            page.put_in(Tone::Dim, "", &format!("\"{}\"", key.description));
            label = "";
        }
        for key in self.policy_or_none().map(|policy| policy.undeclared_config(declared)).unwrap_or_default() {
            let near = key.near.map_or(String::new(), |near| format!(": did you mean {near}?"));
            page.put_in(Tone::Bad, label, &format!("{}  set, and not declared{near}", key.key));
            label = "";
        }
    }

    /// The declared keys, as programs read them. The value of a key is not among it.
    pub(super) fn config_json(&self) -> Vec<Value> {
        let key = |key: &ConfigKey| {
            json!({
                "name": key.name,
                "description": key.description,
                "required": key.required,
                "secret": key.secret,
                "default": key.default_value,
                "set": self.sets(&key.name),
            })
        };
        self.examined.description.config.iter().map(key).collect()
    }

    /// The keys that the policy sets and the plugin does not declare, though it declares others.
    pub(super) fn undeclared_json(&self) -> Vec<&str> {
        let undeclared = self.policy_or_none().map(|policy| policy.undeclared_config(&self.examined.description.config));
        undeclared.into_iter().flatten().map(|key| key.key).collect()
    }

    fn sets(&self, name: &str) -> bool {
        self.policy_or_none().is_some_and(|policy| policy.config().iter().any(|entry| entry.key == name))
    }

    fn policy_or_none(&self) -> Option<&Policy> {
        self.in_force.beside.policy()
    }
}

/// A key with what is asked of its value, and whether there is one.
pub(crate) fn key_text(key: &ConfigKey, is_set: bool) -> (Tone, String) {
    let mut text = format!("{}  ", key.name);
    for (holds, word) in [(key.required, "required, "), (key.secret, "secret, ")] {
        if holds {
            text.push_str(word);
        }
    }
    text.push_str(if is_set { "set" } else { "not set" });
    if let Some(default) = &key.default_value {
        text.push_str(&format!(", default {}", cut(default)));
    }
    let tone = match (is_set, key.required) {
        (true, _) => Tone::Good,
        (false, true) => Tone::Bad,
        (false, false) => Tone::Plain,
    };
    (tone, text)
}

/// A default in quotes, or its beginning.
fn cut(default: &str) -> String {
    let shown: String = default.chars().take(SHOWN_DEFAULT_CHARS).collect();
    let more = if shown.len() < default.len() { "…" } else { "" };
    format!("{shown:?}{more}")
}

/// Says why the plugin would not start, with the lines that would let it.
pub(super) fn put_incomplete(page: &mut Page, incomplete: &IncompletePolicy) {
    page.put_in(Tone::Bad, "", &format!("it would not start: {}", incomplete.summary()));
    incomplete.lines().iter().for_each(|line| page.code(line));
}

impl Beside {
    /// What a plugin requires and the policy file at `path` does not set. None of a file that cannot
    /// be used.
    pub(crate) fn incomplete(&self, path: &Path, description: &Description) -> Option<IncompletePolicy> {
        let plugin = &description.manifest.name;
        match self {
            Self::None => Policy::absent(path).require_config(plugin, &description.config).err(),
            Self::Valid(policy, _) => policy.require_config(plugin, &description.config).err(),
            Self::Invalid(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_with_what_is_asked_of_it() {
        let key = || ConfigKey::new("k", "A key");
        for (key, set, expected) in [
            (key(), false, (Tone::Plain, "k  not set")),
            (key().required().secret(), false, (Tone::Bad, "k  required, secret, not set")),
            (key().required(), true, (Tone::Good, "k  required, set")),
            (key().default_value("e\"u"), false, (Tone::Plain, r#"k  not set, default "e\"u""#)),
            (key().default_value(""), true, (Tone::Good, r#"k  set, default """#)),
        ] {
            let (tone, text) = key_text(&key, set);
            assert_eq!((tone, text.as_str()), expected);
        }
    }

    #[test]
    fn the_beginning_of_a_long_default_is_shown() {
        let most = "é".repeat(SHOWN_DEFAULT_CHARS);
        assert_eq!(cut(&most), format!("\"{most}\""));
        assert_eq!(cut(&format!("{most}x")), format!("\"{most}\"…"));
    }
}
