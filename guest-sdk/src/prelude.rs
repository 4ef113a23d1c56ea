//! What almost every plugin needs: `use temps_plugin_sdk::prelude::*;`.

pub use crate::{
    Capability, EventError, ExternalPlugin, NavEntry, NavSection, PlatformError, PluginContext, PluginEvent, PluginManifest,
    PluginUi, Route, StartError, TempsClient, UiRoute, spawn,
};
