//! What a plugin says of itself.

mod builder;
mod config_key;
mod error;
mod missing_config;
mod validate;

pub use builder::PluginManifestBuilder;
pub use config_key::{
    ConfigKey, ConfigKeyError, MAX_CONFIG_DESCRIPTION_CHARS, MAX_CONFIG_KEYS, MAX_CONFIG_NAME_BYTES, MAX_CONFIG_VALUE_BYTES,
    check_config, is_config_name,
};
pub use error::ManifestError;
pub use missing_config::MissingConfig;
pub use validate::{MAX_NAME_CHARS, MAX_POLICY_BYTES, check_content_security_policy};

use serde::{Deserialize, Serialize};

use crate::event::pattern_matches;
use crate::paths;

/// The manifest: the plugin's name, what it adds to the Temps interface, and what it asks for.
///
/// Optional fields that are `None` are left out when written. Hosts ignore fields that they do not
/// know, so the same manifest goes to both generations.
///
/// Reading one checks only its shape: see [`validate`](Self::validate) for the rest.
///
/// ```
/// use temps_plugin_protocol::{NavEntry, NavSection, PluginManifest};
///
/// let manifest = PluginManifest::builder("seo-audit", "1.2.0")
///     .display_name("SEO Audit")
///     .nav(NavEntry {
///         label: "SEO".into(),
///         icon: "search".into(),
///         section: NavSection::Platform,
///         path: "/seo-audit".into(),
///         order: 50,
///     })
///     .event("deployment.succeeded")
///     .build();
/// assert_eq!(manifest.validate(), Ok(()));
/// assert!(manifest.subscribes_to("deployment.succeeded"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginManifest {
    /// Identifies the plugin: kebab-case, at most [`MAX_NAME_CHARS`] characters. Its routes are
    /// below `/api/x/{name}`.
    pub name: String,
    /// The plugin's version, Semantic Versioning 2.0.
    pub version: String,
    /// The name as people write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What the plugin does, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Entries for the Temps navigation.
    #[serde(default)]
    pub nav: Vec<NavEntry>,
    /// The user interface, for plugins that Temps renders itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui: Option<PluginUi>,
    /// Whether the plugin wants the platform's database. A manifest without the field means `true`,
    /// as v1 hosts read it, so it is always written. A sandboxed plugin says `false`.
    #[serde(default = "missing_requires_db")]
    pub requires_db: bool,
    /// Where health checks are answered. Default [`paths::HEALTH`].
    #[serde(default = "default_health_path")]
    pub health_path: String,
    /// The events wanted, each a [`Subscription`](crate::Subscription).
    #[serde(default)]
    pub events: Vec<String>,
    /// Whether the plugin wants the host's data folder. Default `false`, which is all that a
    /// sandboxed plugin may say.
    #[serde(default)]
    pub requires_host_data_access: bool,
    /// Whether Temps shows the plugin's pages without its own header. Default `false`.
    #[serde(default)]
    pub hide_header: bool,
    /// Path prefixes that a v2 host passes on without a signed-in caller: the plugin authenticates
    /// these requests itself.
    #[serde(default)]
    pub public_paths: Vec<String>,
    /// The groups of platform API calls that the plugin asks for. Empty: none.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// The platform permissions that the plugin asks for, such as `projects_read`: the host grants
    /// those that the operator allows too. The names are the host's, and not checked here.
    #[serde(default)]
    pub host_permissions: Vec<String>,
    /// Where the plugin would like to send HTTP requests. It is between the plugin and whoever operates it: no host is told, so it is neither
    /// written nor read.
    #[serde(skip)]
    pub network: Vec<NetworkWant>,
    /// The `Content-Security-Policy` of the user interface's pages. `None`: the launcher's own. No host is told of it either.
    #[serde(skip)]
    pub content_security_policy: Option<String>,
    /// The configuration that the plugin takes from its operator, at most [`MAX_CONFIG_KEYS`] keys.
    /// No host is told of it either.
    #[serde(skip)]
    pub config: Vec<ConfigKey>,
}

/// An origin that a plugin would like to send HTTP requests to. Only the operator's policy allows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkWant {
    /// The origin, such as `https://api.example.org`.
    pub origin: String,
    /// Why, in a sentence.
    pub reason: String,
}

impl PluginManifest {
    /// Begins a manifest that asks for nothing. The name and version are checked by
    /// [`validate`](Self::validate), not here.
    pub fn builder(name: impl Into<String>, version: impl Into<String>) -> PluginManifestBuilder {
        PluginManifestBuilder::new(name.into(), version.into())
    }

    /// Whether the plugin wants events of this type.
    #[must_use]
    pub fn subscribes_to(&self, event_type: &str) -> bool {
        self.events.iter().any(|pattern| pattern_matches(pattern, event_type))
    }
}

/// An entry in the Temps navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavEntry {
    /// The text shown.
    pub label: String,
    /// The name of a Lucide icon, such as `puzzle`.
    pub icon: String,
    /// Where the entry stands.
    pub section: NavSection,
    /// The path that the entry opens, beginning with `/`.
    pub path: String,
    /// The entry's place among the others: lower comes first. Not negative: hosts read an unsigned
    /// number.
    pub order: i32,
}

/// The part of the Temps navigation in which an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NavSection {
    /// The main, platform-wide navigation.
    Platform,
    /// The settings page's navigation.
    Settings,
    /// Each project's own navigation.
    Project,
}

/// The user interface that Temps loads for a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginUi {
    /// The path of the script that starts it, within the interface's files.
    pub entry_js: String,
    /// The paths of its style sheets, likewise.
    #[serde(default)]
    pub css: Vec<String>,
    /// Its pages.
    #[serde(default)]
    pub routes: Vec<UiRoute>,
}

/// A page of a plugin's user interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UiRoute {
    /// The page's path, beginning with `/`.
    pub path: String,
    /// The page's title.
    pub title: String,
}

/// A group of platform API calls, which only v2 hosts offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Calls that read.
    ApiRead,
    /// Calls that change something.
    ApiWrite,
}

fn missing_requires_db() -> bool {
    true
}

fn default_health_path() -> String {
    paths::HEALTH.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn missing_fields_have_the_hosts_defaults() {
        let read: PluginManifest = serde_json::from_value(json!({"name": "p", "version": "1.0.0"})).unwrap();
        let built = PluginManifest::builder("p", "1.0.0").requires_db(true).build();
        assert_eq!(read, built);
        assert_eq!(read.health_path, "/health");
    }

    #[test]
    fn a_built_manifest_asks_for_no_database_and_says_so() {
        let written = serde_json::to_value(PluginManifest::builder("p", "1.0.0").build()).unwrap();
        assert_eq!(written.get("requires_db"), Some(&Value::Bool(false)));
    }

    #[test]
    fn fields_that_are_none_are_left_out() {
        let written = serde_json::to_value(PluginManifest::builder("p", "1.0.0").build()).unwrap();
        for field in ["display_name", "description", "ui"] {
            assert_eq!(written.get(field), None, "{field}");
        }
    }

    #[test]
    fn what_is_between_plugin_and_operator_is_neither_written_nor_read() {
        let plain = PluginManifest::builder("p", "1.0.0");
        let asking = plain
            .clone()
            .network("https://api.example.org", "to ask")
            .content_security_policy("default-src 'self'")
            .config(ConfigKey::new("region", "Where to").default_value("eu"))
            .build();
        let written = serde_json::to_value(&asking).unwrap();
        assert_eq!(written, serde_json::to_value(plain.clone().build()).unwrap());
        let mut read = written;
        read["config"] = json!([{ "name": "region", "description": "Where to" }]);
        assert_eq!(serde_json::from_value::<PluginManifest>(read).unwrap(), plain.build());
    }

    #[test]
    fn css_and_routes_of_an_interface_may_be_missing() {
        let read: PluginUi = serde_json::from_value(json!({"entry_js": "index.js"})).unwrap();
        assert_eq!(read, PluginUi { entry_js: "index.js".into(), css: Vec::new(), routes: Vec::new() });
    }

    #[test]
    fn subscribes_to_what_any_of_its_events_selects() {
        let manifest = PluginManifest::builder("p", "1.0.0").event("project.created").event("deployment.*").build();
        assert!(manifest.subscribes_to("project.created"));
        assert!(manifest.subscribes_to("deployment.failed"));
        assert!(!manifest.subscribes_to("project.deleted"));
        assert!(!PluginManifest::builder("p", "1.0.0").build().subscribes_to("project.created"));
    }
}
