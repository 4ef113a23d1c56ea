use std::collections::BTreeMap;

use crate::config::Config;

/// What the operator tells the plugin in a test. By default nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct FixtureConfig(BTreeMap<String, String>);

impl FixtureConfig {
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
