//! From the guest's manifest to the one on the wire.

use temps_plugin_protocol::{ConfigKey, NavEntry, NavSection, NetworkWant, PluginManifest, PluginUi, UiRoute};

use crate::bindings::manifest as wit;

impl From<wit::PluginManifest> for PluginManifest {
    fn from(guest: wit::PluginManifest) -> Self {
        Self {
            name: guest.name,
            version: guest.version,
            display_name: guest.display_name,
            description: guest.description,
            nav: guest.nav.into_iter().map(Into::into).collect(),
            ui: guest.ui.map(Into::into),
            // A component never touches the platform's database or the host's data.
            requires_db: false,
            requires_host_data_access: false,
            health_path: guest.health_path,
            events: guest.events,
            hide_header: guest.hide_header,
            public_paths: guest.public_paths,
            capabilities: guest.capabilities.into_iter().map(Into::into).collect(),
            host_permissions: guest.host_permissions,
            network: guest.network.into_iter().map(Into::into).collect(),
            content_security_policy: guest.content_security_policy,
            config: guest.config.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<wit::NetworkWant> for NetworkWant {
    fn from(guest: wit::NetworkWant) -> Self {
        Self { origin: guest.origin, reason: guest.reason }
    }
}

impl From<wit::ConfigKey> for ConfigKey {
    fn from(guest: wit::ConfigKey) -> Self {
        let wit::ConfigKey { name, description, required, secret, default_value } = guest;
        Self { name, description, required, secret, default_value }
    }
}

impl From<wit::NavEntry> for NavEntry {
    fn from(guest: wit::NavEntry) -> Self {
        let section = match guest.section {
            wit::NavSection::Platform => NavSection::Platform,
            wit::NavSection::Settings => NavSection::Settings,
            wit::NavSection::Project => NavSection::Project,
        };
        Self { label: guest.label, icon: guest.icon, section, path: guest.path, order: guest.order }
    }
}

impl From<wit::Ui> for PluginUi {
    fn from(guest: wit::Ui) -> Self {
        let routes = guest.routes.into_iter().map(|route| UiRoute { path: route.path, title: route.title });
        Self { entry_js: guest.entry_js, css: guest.css, routes: routes.collect() }
    }
}
