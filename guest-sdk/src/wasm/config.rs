//! What the operator tells the plugin, from the launcher.

use super::bindings::temps::plugin::context;
use crate::config::Config;

/// The import.
pub(super) struct Import;

impl Config for Import {
    fn get(&self, key: &str) -> Option<String> {
        context::config(key)
    }

    fn keys(&self) -> Vec<String> {
        context::config_keys()
    }
}
