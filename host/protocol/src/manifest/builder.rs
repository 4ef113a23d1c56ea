use super::{Capability, ConfigKey, NavEntry, NetworkWant, PluginManifest, PluginUi};
use crate::paths;

/// Puts a [`PluginManifest`] together. Made by [`PluginManifest::builder`].
///
/// What is not set keeps the default of a sandboxed plugin: no database, no host data,
/// [`paths::HEALTH`], and empty lists.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a builder does nothing until `build`"]
pub struct PluginManifestBuilder {
    manifest: PluginManifest,
}

impl PluginManifestBuilder {
    pub(super) fn new(name: String, version: String) -> Self {
        let manifest = PluginManifest {
            name,
            version,
            display_name: None,
            description: None,
            nav: Vec::new(),
            ui: None,
            requires_db: false,
            health_path: paths::HEALTH.to_owned(),
            events: Vec::new(),
            requires_host_data_access: false,
            hide_header: false,
            public_paths: Vec::new(),
            capabilities: Vec::new(),
            host_permissions: Vec::new(),
            network: Vec::new(),
            content_security_policy: None,
            config: Vec::new(),
        };
        Self { manifest }
    }

    /// Sets the name as people write it.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.manifest.display_name = Some(name.into());
        self
    }

    /// Sets what the plugin does, in a sentence.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.manifest.description = Some(description.into());
        self
    }

    /// Says whether the plugin wants the platform's database. Kept so that native plugins move over
    /// unchanged: a sandboxed plugin with `true` does not pass [`PluginManifest::validate`].
    pub fn requires_db(mut self, requires: bool) -> Self {
        self.manifest.requires_db = requires;
        self
    }

    /// Adds an entry to the navigation.
    pub fn nav(mut self, entry: NavEntry) -> Self {
        self.manifest.nav.push(entry);
        self
    }

    /// Subscribes to a type of event, such as `deployment.succeeded`, or to a prefix, such as
    /// `deployment.*`.
    pub fn event(mut self, event: impl Into<String>) -> Self {
        self.manifest.events.push(event.into());
        self
    }

    /// Subscribes to several, in addition to those already there.
    pub fn events<I>(mut self, events: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.manifest.events.extend(events.into_iter().map(Into::into));
        self
    }

    /// Says that the plugin would like to send HTTP requests to an origin, such as `https://api.example.org` or `https://*.example.org`, and why. It
    /// asks the operator, whose policy alone allows anything. The origin has the form of the policy's, which is checked at the start.
    pub fn network(mut self, origin: impl Into<String>, reason: impl Into<String>) -> Self {
        self.manifest.network.push(NetworkWant { origin: origin.into(), reason: reason.into() });
        self
    }

    /// Sets the `Content-Security-Policy` with which the launcher serves the HTML of the plugin's user interface. Without it a page loads scripts, and connects, to where it
    /// comes from alone, and only Temps may frame it. It replaces that policy, so say all of it:
    ///
    /// ```
    /// # use temps_plugin_protocol::PluginManifest;
    /// let manifest = PluginManifest::builder("maps", "1.0.0")
    ///     .content_security_policy("default-src 'self'; img-src 'self' https://tiles.example.org; frame-ancestors 'self'")
    ///     .build();
    /// ```
    pub fn content_security_policy(mut self, policy: impl Into<String>) -> Self {
        self.manifest.content_security_policy = Some(policy.into());
        self
    }

    /// Declares a key of the operator's configuration, which the operator sets in `[config]` of the
    /// policy file and the plugin reads with `ctx.config(name)`.
    ///
    /// Without a required key the plugin does not start, and a default stands in for an optional
    /// one that is not set. `temps-wasm inspect` shows all of them to the operator. A plugin may
    /// read keys that it does not declare, which it does when its operator may set any number.
    ///
    /// ```
    /// # use temps_plugin_protocol::{ConfigKey, PluginManifest};
    /// let manifest = PluginManifest::builder("mail", "1.0.0")
    ///     .config(ConfigKey::new("api_key", "The key of the mail service").required().secret())
    ///     .config(ConfigKey::new("region", "The region to send from").default_value("eu"))
    ///     .build();
    /// ```
    pub fn config(mut self, key: ConfigKey) -> Self {
        self.manifest.config.push(key);
        self
    }

    /// Sets the user interface that Temps loads for the plugin.
    pub fn ui(mut self, ui: PluginUi) -> Self {
        self.manifest.ui = Some(ui);
        self
    }

    /// Sets where health checks are answered.
    pub fn health_path(mut self, path: impl Into<String>) -> Self {
        self.manifest.health_path = path.into();
        self
    }

    /// Says whether Temps shows the plugin's pages without its own header.
    pub fn hide_header(mut self, hide: bool) -> Self {
        self.manifest.hide_header = hide;
        self
    }

    /// Adds a path prefix that the host passes on without a signed-in caller. The plugin has to
    /// authenticate these requests.
    pub fn public_path(mut self, path: impl Into<String>) -> Self {
        self.manifest.public_paths.push(path.into());
        self
    }

    /// Adds several, in addition to those already there. See [`public_path`](Self::public_path).
    pub fn public_paths<I>(mut self, paths: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.manifest.public_paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Asks for a group of platform API calls. Asking twice for the same adds nothing.
    ///
    /// Only with one does a v2 host let the plugin act for its callers; a v1 host knows none.
    pub fn capability(mut self, capability: Capability) -> Self {
        if !self.manifest.capabilities.contains(&capability) {
            self.manifest.capabilities.push(capability);
        }
        self
    }

    /// Asks for several, in addition to those already asked for. See [`capability`](Self::capability).
    pub fn capabilities(self, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        capabilities.into_iter().fold(self, Self::capability)
    }

    /// Asks for a platform permission, such as `projects_read`. The newest hosts grant those that their operator allows; older
    /// ones do not know them.
    pub fn host_permission(mut self, permission: impl Into<String>) -> Self {
        self.manifest.host_permissions.push(permission.into());
        self
    }

    /// Asks for several, in addition to those already asked for. See [`host_permission`](Self::host_permission).
    pub fn host_permissions<I>(mut self, permissions: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.manifest.host_permissions.extend(permissions.into_iter().map(Into::into));
        self
    }

    /// The manifest. It is not checked: see [`PluginManifest::validate`].
    #[must_use]
    pub fn build(self) -> PluginManifest {
        self.manifest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_added_as_one_by_one() {
        let one_by_one = PluginManifest::builder("p", "1.0.0")
            .public_path("/a")
            .public_path("/b")
            .capability(Capability::ApiRead)
            .capability(Capability::ApiWrite)
            .capability(Capability::ApiRead)
            .host_permission("projects_read")
            .host_permission("events_read");
        let at_once = PluginManifest::builder("p", "1.0.0")
            .public_paths(["/a", "/b"])
            .capabilities([Capability::ApiRead, Capability::ApiWrite, Capability::ApiRead])
            .host_permissions(["projects_read", "events_read"]);
        assert_eq!(one_by_one, at_once);
        assert_eq!(at_once.build().capabilities, [Capability::ApiRead, Capability::ApiWrite]);
    }
}
