use std::collections::BTreeMap;

use temps_plugin_protocol::{ConfigKey, MissingConfig};

use crate::config::Config;

/// What the operator tells the plugin in a test. By default nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct FixtureConfig(BTreeMap<String, String>);

impl FixtureConfig {
    /// Sets the defaults of keys that have no value, as the launcher does.
    ///
    /// # Errors
    ///
    /// [`MissingConfig`] if a required key has no value.
    pub(super) fn complete(mut self, plugin: &str, declared: &[ConfigKey]) -> Result<Self, MissingConfig> {
        if let Some(missing) = MissingConfig::find(plugin, declared, |name| self.0.contains_key(name)) {
            return Err(missing);
        }
        for ConfigKey { name, default_value, .. } in declared {
            if let Some(default) = default_value {
                self.0.entry(name.clone()).or_insert_with(|| default.clone());
            }
        }
        Ok(self)
    }

    pub(super) fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.insert(key.into(), value.into());
    }
}

impl Config for FixtureConfig {
    fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn keys(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}
