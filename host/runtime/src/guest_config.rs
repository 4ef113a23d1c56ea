use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

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
    fn values_are_not_shown() {
        let config = GuestConfig::from_iter([("token".to_owned(), "hunter2".to_owned())]);
        assert_eq!(config.get("token"), Some("hunter2"));
        assert_eq!(config.get("other"), None);
        assert_eq!(format!("{config:?}"), r#"GuestConfig {"token"}"#);
    }
}
