use std::fmt;

use super::ConfigKey;

/// Required keys that have no value, for which the plugin does not start.
///
/// It displays as the beginning of a sentence: ``the plugin `mail` needs `api_key` (The key of the
/// mail service)``. The layer that knows where values come from adds what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the plugin `{}` needs {}", Escaped(plugin), Named(keys))]
pub struct MissingConfig {
    plugin: String,
    keys: Vec<ConfigKey>,
}

/// Where the hint of a secret's line begins, in columns: hints of short keys stand below each other.
const HINT_COLUMN: usize = 25;

/// The widest line that still gets a hint: 74 columns, which leaves room for an indentation in a
/// terminal of 80. A wrapped line could not be copied.
const HINT_WIDTH: usize = 74;

const HINT: &str = r##"# or { file = "/path/to/secret" }"##;

impl MissingConfig {
    /// Finds the required keys among `declared` that `is_set` is false for. `None` if there are
    /// none.
    ///
    /// A key whose value is empty is set.
    pub fn find(plugin: &str, declared: &[ConfigKey], is_set: impl Fn(&str) -> bool) -> Option<Self> {
        let missing = declared.iter().filter(|key| key.required && !is_set(&key.name));
        let keys: Vec<ConfigKey> = missing.cloned().collect();
        (!keys.is_empty()).then(|| Self { plugin: plugin.to_owned(), keys })
    }

    /// The keys, in the order of their declaration. There is at least one.
    #[must_use]
    pub fn keys(&self) -> &[ConfigKey] {
        &self.keys
    }

    /// The lines that set the keys in the table `[config]` of a policy file, without its header.
    pub fn toml_lines(&self) -> impl Iterator<Item = String> + '_ {
        self.keys.iter().map(toml_line)
    }
}

fn toml_line(key: &ConfigKey) -> String {
    let line = format!(r#"{} = "...""#, key.name);
    let hinted = format!("{line:<width$}{HINT}", width = HINT_COLUMN.max(line.len() + 2));
    if key.secret && hinted.len() <= HINT_WIDTH { hinted } else { line }
}

/// Keys with their descriptions.
struct Named<'a>(&'a [ConfigKey]);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            let between = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{between}`{}` ({})", Escaped(&key.name), Escaped(&key.description))?;
        }
        Ok(())
    }
}

/// A plugin's text within a line: what is not printable is escaped, quotes stay readable.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '"' | '\'' | '\\' => write!(f, "{c}"),
            c => write!(f, "{}", c.escape_debug()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(keys: &[ConfigKey]) -> MissingConfig {
        MissingConfig::find("mail", keys, |_| false).unwrap()
    }

    #[test]
    fn only_required_keys_without_a_value_are_missing() {
        let keys = [
            ConfigKey::new("optional", "May be there"),
            ConfigKey::new("set", "Is there").required(),
            ConfigKey::new("region", "Has a default").default_value("eu"),
            ConfigKey::new("api_key", "Is not there").required(),
        ];
        let missing = MissingConfig::find("mail", &keys, |name| name == "set").unwrap();
        assert_eq!(missing.keys(), &keys[3..]);
        assert_eq!(MissingConfig::find("mail", &keys[..3], |name| name == "set"), None);
        assert_eq!(MissingConfig::find("mail", &[], |_| false), None);
    }

    #[test]
    fn all_are_named_with_what_they_are_for() {
        let key = |name: &str| ConfigKey::new(name, format!("The service's {name}")).required();
        assert_eq!(missing(&[key("a")]).to_string(), "the plugin `mail` needs `a` (The service's a)");
        let three = missing(&[key("a"), key("b"), key("c")]).to_string();
        let expected = "needs `a` (The service's a), `b` (The service's b) and `c` (The service's c)";
        assert!(three.ends_with(expected), "{three}");
    }

    #[test]
    fn no_text_of_a_plugin_makes_a_line_of_its_own() {
        let odd = ConfigKey::new("a", "b\n[trust]\u{1b}[2J\u{202e} \"c\" d'e").required();
        let said = missing(&[odd]).to_string();
        assert!(said.ends_with(r#"(b\n[trust]\u{1b}[2J\u{202e} "c" d'e)"#), "{said}");
    }

    #[test]
    fn lines_show_how_to_set_them() {
        let secret = |name: &str| ConfigKey::new(name, "A secret").required().secret();
        let keys = [
            secret("api_key"),
            ConfigKey::new("sender", "An address").required(),
            secret("a_longer_name_of_a_key"),
            secret(&"k".repeat(31)),
            secret(&"k".repeat(32)),
        ];
        let lines: Vec<String> = missing(&keys).toml_lines().collect();
        assert_eq!(lines[0], r##"api_key = "..."          # or { file = "/path/to/secret" }"##);
        assert_eq!(lines[1], r#"sender = "...""#);
        assert_eq!(lines[2], r##"a_longer_name_of_a_key = "..."  # or { file = "/path/to/secret" }"##);
        assert_eq!(lines[3].len(), HINT_WIDTH);
        assert_eq!(lines[4], format!(r#"{} = "...""#, "k".repeat(32)));
    }
}
