//! The manifest as the launcher reads it.

use temps_plugin_protocol as protocol;

use super::bindings::exports::temps::plugin::manifest as wit;
use super::bindings::temps::plugin::log;

/// The manifest without what a component never has. One that asks for it ends the start: the launcher has no field to read it in,
/// and would start the plugin without.
pub(super) fn into_wit(manifest: protocol::PluginManifest, concurrent_events: bool, stateless: bool) -> wit::PluginManifest {
    let protocol::PluginManifest {
        name,
        version,
        display_name,
        description,
        nav,
        ui,
        requires_db,
        health_path,
        events,
        requires_host_data_access,
        hide_header,
        public_paths,
        capabilities,
        host_permissions,
        network,
        content_security_policy,
        config,
    } = manifest;
    for (field, asked) in [("requires_db", requires_db), ("requires_host_data_access", requires_host_data_access)] {
        if asked {
            log::panicked(&format!("the manifest says {field}: a component never has that. Set it to false"), None);
            std::process::abort();
        }
    }
    wit::PluginManifest {
        name,
        version,
        display_name,
        description,
        nav: nav.into_iter().map(nav_entry).collect(),
        ui: ui.map(plugin_ui),
        health_path,
        events,
        hide_header,
        public_paths,
        capabilities: capabilities.into_iter().map(capability).collect(),
        host_permissions,
        concurrent_events,
        stateless,
        network: network.into_iter().map(network_want).collect(),
        content_security_policy,
        config: config.into_iter().map(config_key).collect(),
    }
}

fn config_key(key: protocol::ConfigKey) -> wit::ConfigKey {
    let protocol::ConfigKey { name, description, required, secret, default_value } = key;
    wit::ConfigKey { name, description, required, secret, default_value }
}

fn network_want(want: protocol::NetworkWant) -> wit::NetworkWant {
    let protocol::NetworkWant { origin, reason } = want;
    wit::NetworkWant { origin, reason }
}

fn nav_entry(entry: protocol::NavEntry) -> wit::NavEntry {
    let protocol::NavEntry { label, icon, section, path, order } = entry;
    let section = match section {
        protocol::NavSection::Platform => wit::NavSection::Platform,
        protocol::NavSection::Settings => wit::NavSection::Settings,
        protocol::NavSection::Project => wit::NavSection::Project,
    };
    wit::NavEntry { label, icon, section, path, order }
}

fn plugin_ui(ui: protocol::PluginUi) -> wit::Ui {
    let protocol::PluginUi { entry_js, css, routes } = ui;
    let routes = routes.into_iter().map(|protocol::UiRoute { path, title }| wit::UiRoute { path, title }).collect();
    wit::Ui { entry_js, css, routes }
}

fn capability(capability: protocol::Capability) -> wit::Capability {
    match capability {
        protocol::Capability::ApiRead => wit::Capability::ApiRead,
        protocol::Capability::ApiWrite => wit::Capability::ApiWrite,
    }
}
