//! The policy's `[config]` beside the keys that a plugin declares.

use std::fmt;
use std::path::{Path, PathBuf};

use temps_plugin_protocol::{ConfigKey, MissingConfig};

use crate::error::DidYouMean;
use crate::table::near;
use crate::{Place, Policy};

/// A policy that does not set each key that its plugin requires. The plugin does not start under
/// it.
///
/// The message names all of the keys, and ends with the lines to add, each on a line of its own.
/// It shows no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", self.summary(), Indented(self.lines()))]
pub struct IncompletePolicy {
    path: PathBuf,
    gap: Gap,
    missing: MissingConfig,
}

/// Where the lines have to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    File,
    Table,
    Keys,
}

impl IncompletePolicy {
    /// The keys, in the order of their declaration. There is at least one.
    #[must_use]
    pub fn keys(&self) -> &[ConfigKey] {
        self.missing.keys()
    }

    /// The first line of the message: which keys are missing where. The lines to add follow it.
    #[must_use]
    pub fn summary(&self) -> String {
        let Self { path, gap, missing } = self;
        let path = path.display();
        let (and, them) = if missing.keys().len() == 1 { (" and", "it") } else { (", and", "them") };
        match gap {
            Gap::File => format!("{missing}, and there is no policy file: create {path} with"),
            Gap::Table => format!("{missing}{and} the policy file {path} does not set {them}: add"),
            Gap::Keys => format!("{missing}{and} the policy file {path} does not set {them}: add to its [config]"),
        }
    }

    /// The lines to add. A second table `[config]` would not be TOML, so one that is there has no
    /// header here.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let header = match self.gap {
            Gap::File | Gap::Table => Some("[config]".to_owned()),
            Gap::Keys => None,
        };
        header.into_iter().chain(self.missing.toml_lines()).collect()
    }
}

struct Indented(Vec<String>);

impl fmt::Display for Indented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// A key that a policy sets and its plugin does not declare, though it declares others. The plugin
/// gets it all the same.
///
/// The message names the file, the place and the declared key that is written most like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeclaredKey<'a> {
    /// The policy file.
    pub policy: &'a Path,
    /// Where in it.
    pub place: Place,
    /// The key.
    pub key: &'a str,
    /// The declared key that may have been meant.
    pub near: Option<&'a str>,
}

impl fmt::Display for UndeclaredKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, place, key, near } = self;
        write!(f, "the policy file {}, {place}: the plugin does not declare `config.{key}`", policy.display())?;
        near.map_or(Ok(()), |near| write!(f, "{}", DidYouMean(&[near])))
    }
}

impl Policy {
    /// Checks that each key that the plugin requires is set. An empty value counts, and where a
    /// value comes from is not looked at.
    ///
    /// # Errors
    ///
    /// [`IncompletePolicy`] with all keys that are not set.
    pub fn require_config(&self, plugin: &str, declared: &[ConfigKey]) -> Result<(), IncompletePolicy> {
        let is_set = |name: &str| self.config().iter().any(|entry| entry.key == name);
        let Some(missing) = MissingConfig::find(plugin, declared, is_set) else { return Ok(()) };
        let gap = match (self.is_file(), self.has_config_table()) {
            (false, _) => Gap::File,
            (true, false) => Gap::Table,
            (true, true) => Gap::Keys,
        };
        Err(IncompletePolicy { path: self.path().to_owned(), gap, missing })
    }

    /// Finds the keys of `[config]` that the plugin does not declare, in the order of the file.
    /// A plugin that declares none takes any, so there are none then.
    #[must_use]
    pub fn undeclared_config<'a>(&'a self, declared: &'a [ConfigKey]) -> Vec<UndeclaredKey<'a>> {
        if declared.is_empty() {
            return Vec::new();
        }
        let known: Vec<&str> = declared.iter().map(|key| key.name.as_str()).collect();
        let undeclared = self.config().iter().filter(|entry| !known.contains(&entry.key.as_str()));
        let one = |entry: &'a crate::ConfigEntry| UndeclaredKey {
            policy: self.path(),
            place: entry.place,
            key: &entry.key,
            near: near(&entry.key, &known).into_iter().next(),
        };
        undeclared.map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> [ConfigKey; 3] {
        [
            ConfigKey::new("api_key", "The key of the mail service").required().secret(),
            ConfigKey::new("sender", "The address that mail comes from").required(),
            ConfigKey::new("region", "Where to").default_value("eu"),
        ]
    }

    fn parse(text: &str) -> Policy {
        Policy::parse(Path::new("/plugins/mail.toml"), text).unwrap()
    }

    fn incomplete(policy: &Policy, declared: &[ConfigKey]) -> String {
        policy.require_config("mail", declared).unwrap_err().to_string()
    }

    #[test]
    fn one_message_has_the_lines_to_add() {
        let said = incomplete(&parse("[log]\n"), &declared()[..1]);
        let expected = "the plugin `mail` needs `api_key` (The key of the mail service) and the policy file /plugins/mail.toml \
                        does not set it: add\n    [config]\n    api_key = \"...\"          # or { file = \"/path/to/secret\" }";
        assert_eq!(said, expected);
    }

    #[test]
    fn all_missing_keys_are_in_it() {
        let said = incomplete(&Policy::absent(Path::new("/plugins/mail.toml")), &declared());
        let expected = "the plugin `mail` needs `api_key` (The key of the mail service) and `sender` (The address that mail \
                        comes from), and there is no policy file: create /plugins/mail.toml with\n    [config]\n    api_key = \
                        \"...\"          # or { file = \"/path/to/secret\" }\n    sender = \"...\"";
        assert_eq!(said, expected);
        let said = incomplete(&parse(""), &declared());
        assert!(said.contains("mail comes from), and the policy file /plugins/mail.toml does not set them: add\n"), "{said}");
    }

    #[test]
    fn a_table_that_is_there_is_not_added_again() {
        for text in ["[config]\n", "[config]\nother = \"\"\n", "config.other = \"\"\n", "config = {}\n"] {
            let said = incomplete(&parse(text), &declared()[1..]);
            assert!(said.ends_with("does not set it: add to its [config]\n    sender = \"...\""), "{text}: {said}");
        }
        let added = "[config]\nother = \"\"\nsender = \"...\"\n";
        assert_eq!(parse(added).require_config("mail", &declared()[1..]), Ok(()));
    }

    #[test]
    fn the_lines_make_the_policy_complete() {
        let absent = Policy::absent(Path::new("mail.toml"));
        let lines = absent.require_config("mail", &declared()).unwrap_err().lines();
        assert_eq!(parse(&lines.join("\n")).require_config("mail", &declared()), Ok(()));
    }

    #[test]
    fn a_value_counts_wherever_it_is() {
        let text = "[config]\napi_key = { file = \"nowhere\" }\nsender = \"\"\n";
        assert_eq!(parse(text).require_config("mail", &declared()), Ok(()));
        assert_eq!(parse("").require_config("mail", &declared()[2..]), Ok(()), "a default stands in");
    }

    #[test]
    fn a_key_that_is_not_declared_has_its_place_and_the_nearest_name() {
        let policy = parse("[config]\nsender = \"\"\napi-ky = \"hunter2\"\nother = \"\"\n");
        let declared = declared();
        let said: Vec<String> = policy.undeclared_config(&declared).iter().map(ToString::to_string).collect();
        let at = "the policy file /plugins/mail.toml, line";
        assert_eq!(
            said,
            [
                format!("{at} 3, column 1: the plugin does not declare `config.api-ky`: did you mean `api_key`?"),
                format!("{at} 4, column 1: the plugin does not declare `config.other`"),
            ]
        );
        assert_eq!(policy.undeclared_config(&[]), []);
        let upper = [ConfigKey::new("API-KEY", "A key")];
        let policy = parse("[config]\napi_key = \"\"\n");
        assert_eq!(policy.undeclared_config(&upper)[0].near, Some("API-KEY"));
    }
}
