//! `[config]`.

use std::fmt;
use std::path::PathBuf;

use temps_plugin_protocol::manifest::is_config_name;
use toml::de::DeValue;

use crate::bounds::{CONFIG_KEYS, CONFIG_VALUE_BYTES};
use crate::table::{Entry, Wrong};
use crate::{Fault, Place};

/// Something that the plugin is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// What the plugin asks for.
    pub key: String,
    /// Where its value is.
    pub source: ConfigSource,
    /// Where it is set.
    pub place: Place,
}

/// Where a value is. [`Debug`](fmt::Debug) shows none.
#[derive(Clone, PartialEq, Eq)]
pub enum ConfigSource {
    /// In the policy file.
    Text(String),
    /// In the environment variable of this name.
    Env(String),
    /// In this file. A path that is not absolute begins at the policy file's folder: see [`Policy::resolve`](crate::Policy::resolve).
    File(PathBuf),
}

impl fmt::Debug for ConfigSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Env(name) => f.debug_tuple("Env").field(name).finish(),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

const SOURCES: &[&str] = &["env", "file"];

pub(crate) fn read(table: &Entry<'_>) -> Result<Vec<ConfigEntry>, Wrong> {
    let entries = table.table()?;
    if let Some(first_beyond) = entries.get(CONFIG_KEYS) {
        return Err(first_beyond.wrong_key(Fault::ConfigKeys));
    }
    entries.iter().map(entry).collect()
}

fn entry(entry: &Entry<'_>) -> Result<ConfigEntry, Wrong> {
    let key = entry.key.to_owned();
    if !is_config_name(&key) {
        return Err(entry.wrong_key(Fault::ConfigKey { key }));
    }
    let source = match entry.value {
        DeValue::String(text) if text.len() > CONFIG_VALUE_BYTES => return Err(entry.wrong_value(Fault::ConfigValue { key })),
        DeValue::String(text) => ConfigSource::Text(text.to_string()),
        DeValue::Table(_) => source(entry)?,
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) => {
            let expected = "a string, { env = \"NAME\" } or { file = \"path\" }: write it in quotes, as the plugin gets text";
            return Err(entry.other_type(format!("config.{key}"), expected));
        }
    };
    Ok(ConfigEntry { key, source, place: entry.place() })
}

/// A value that is elsewhere.
fn source(entry: &Entry<'_>) -> Result<ConfigSource, Wrong> {
    let key = || entry.key.to_owned();
    let sources = entry.table()?;
    if let Some(other) = sources.iter().find(|source| !SOURCES.contains(&source.key)) {
        return Err(other.wrong_key(Fault::ConfigSource { key: key() }));
    }
    let [source] = sources.as_slice() else {
        return Err(entry.wrong_value(Fault::ConfigSource { key: key() }));
    };
    let text = source.string(&format!("config.{}.{}", entry.key, source.key), "a string")?;
    let with_nul = text.is_empty() || text.contains('\0');
    match source.key {
        "env" if with_nul || text.contains('=') => Err(source.wrong_value(Fault::ConfigEnv { key: key() })),
        "env" => Ok(ConfigSource::Env(text.to_owned())),
        _ if with_nul => Err(source.wrong_value(Fault::ConfigFile { key: key() })),
        _ => Ok(ConfigSource::File(PathBuf::from(text))),
    }
}
