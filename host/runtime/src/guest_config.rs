use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use temps_plugin_protocol::ConfigKey;

/// What an operator tells a guest: values by key. They may be secret: [`Debug`](fmt::Debug) shows the keys alone.
///
/// Clones share one. How much of it there may be is for whoever makes it to see to.
#[derive(Clone, Default)]
pub struct GuestConfig(Arc<BTreeMap<String, String>>);

impl GuestConfig {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The same with the defaults of keys that have no value yet.
    #[must_use]
    pub fn with_defaults(mut self, declared: &[ConfigKey]) -> Self {
        for ConfigKey { name, default_value, .. } in declared {
            if let Some(default) = default_value.as_ref().filter(|_| !self.0.contains_key(name)) {
                Arc::make_mut(&mut self.0).insert(name.clone(), default.clone());
            }
        }
        self
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, String)> for GuestConfig {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(entries: I) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }
}

impl fmt::Debug for GuestConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestConfig ")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_stands_in_for_a_value_that_is_not_set() {
        let set = [("region", "us"), ("empty", "")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let declared = [
            ConfigKey::new("region", "Set").default_value("eu"),
            ConfigKey::new("empty", "Set to nothing").default_value("full"),
            ConfigKey::new("zone", "Not set").default_value("a"),
            ConfigKey::new("other", "Has no default"),
        ];
        let before = GuestConfig::from_iter(set);
        let config = before.clone().with_defaults(&declared);
        assert_eq!(config.keys().collect::<Vec<_>>(), ["empty", "region", "zone"]);
        assert_eq!((config.get("region"), config.get("empty"), config.get("zone")), (Some("us"), Some(""), Some("a")));
        assert_eq!(before.get("zone"), None, "a clone keeps what it had");
    }

    #[test]
    fn values_are_not_shown() {
        let config = GuestConfig::from_iter([("token".to_owned(), "hunter2".to_owned())]);
        assert_eq!(config.get("token"), Some("hunter2"));
        assert_eq!(config.get("other"), None);
        assert_eq!(format!("{config:?}"), r#"GuestConfig {"token"}"#);
    }
}
