use std::path::PathBuf;

use temps_plugin_protocol::{Capability, ProtocolVersion};

use super::FixturePlatform;
use super::config::FixtureConfig;
use crate::PluginContext;
use crate::database::Opener;
use crate::platform::TempsClient;
#[cfg(feature = "database")]
use crate::{Database, DatabaseError};

/// A context without a plugin, for what takes one, such as a store: an empty platform, and databases in a temporary folder of its own.
///
/// ```
/// # use temps_plugin_sdk::prelude::*;
/// struct Store {
///     db: Database,
/// }
///
/// impl Store {
///     async fn open(ctx: &PluginContext) -> Result<Self, DatabaseError> {
///         Ok(Self { db: ctx.database("notes").await? })
///     }
/// }
///
/// # #[tokio::main] async fn main() -> Result<(), DatabaseError> {
/// let store = Store::open(&temps_plugin_sdk::testing::context()).await?;
/// assert_eq!(store.db.label(), "notes");
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn context() -> PluginContext {
    context_with_config::<&str, &str>([])
}

/// [`context`], with what the operator tells the plugin: see [`PluginContext::config`].
///
/// ```
/// let ctx = temps_plugin_sdk::testing::context_with_config([("api_key", "for tests")]);
/// assert_eq!(ctx.config("api_key").as_deref(), Some("for tests"));
/// assert_eq!(ctx.config("other"), None);
/// assert_eq!(ctx.config_keys(), ["api_key"]);
/// ```
#[must_use]
pub fn context_with_config<K: Into<String>, V: Into<String>>(entries: impl IntoIterator<Item = (K, V)>) -> PluginContext {
    let all = [Capability::ApiRead, Capability::ApiWrite];
    let mut config = FixtureConfig::default();
    entries.into_iter().for_each(|(key, value)| config.set(key, value));
    context_in("test".to_owned(), None, ProtocolVersion::V2, TempsClient::new(FixturePlatform::new()), &all, config)
}

/// An empty database in a temporary folder, which lasts as long as the database and its clones.
///
/// # Errors
///
/// As [`PluginContext::database`].
#[cfg(feature = "database")]
pub async fn database(label: &str) -> Result<Database, DatabaseError> {
    Database::open(&Opener::temporary(), label).await
}

pub(super) fn context_in(
    plugin_name: String,
    data_dir: Option<PathBuf>,
    protocol: ProtocolVersion,
    temps: TempsClient,
    capabilities: &[Capability],
    config: FixtureConfig,
) -> PluginContext {
    let databases = data_dir.as_deref().map_or_else(Opener::temporary, Opener::kept);
    let data_dir = data_dir.unwrap_or_else(|| PathBuf::from("/data"));
    PluginContext::new(plugin_name, data_dir, protocol, temps, databases, capabilities, config)
}
