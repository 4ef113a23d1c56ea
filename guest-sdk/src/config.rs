//! What the operator tells the plugin.

/// Where [`PluginContext::config`](crate::PluginContext::config) finds it: the launcher in a component, a map in tests.
pub(crate) trait Config: Send + Sync + 'static {
    fn get(&self, key: &str) -> Option<String>;

    /// In order.
    fn keys(&self) -> Vec<String>;
}
