use std::path::{Path, PathBuf};

use temps_plugin_bundle::PublicKey;
use toml::de::DeTable;

use crate::bounds::FILE_BYTES;
use crate::instance::{COUNT_LIMIT, Instance};
use crate::network::Grants;
use crate::table::{Text, Wrong, entries, near};
use crate::{ConfigEntry, Fault, LimitSetting, LogLevel, Place, PolicyError, UserHeader};
use crate::{config, instance, limits, log, network, trust};

/// What an operator says of one plugin. The default, which holds without a file, says nothing: no network, the limits' defaults, no configuration, none of
/// the user's own headers, and whatever bundle there is.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    path: PathBuf,
    is_file: bool,
    network: Grants,
    limits: Vec<LimitSetting>,
    config: Vec<ConfigEntry>,
    has_config_table: bool,
    log_level: Option<LogLevel>,
    pass_headers: Vec<UserHeader>,
    trusted_keys: Vec<PublicKey>,
}

/// The tables, as they are written in messages.
const TABLES: &[&str] = &["network", "limits", "config", "log", "instance", "trust"];

impl Policy {
    /// The policy that holds without a file, which would be at `path`. It says nothing, like the
    /// default.
    #[must_use]
    pub fn absent(path: &Path) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// Reads a text. `path` is where it is from, for messages and for paths in it; nothing is read there.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] for the first thing in it that is wrong, and for a text that is too long for a file.
    pub fn parse(path: &Path, text: &str) -> Result<Self, PolicyError> {
        if text.len() > FILE_BYTES {
            return Err(PolicyError { path: path.to_owned(), place: None, fault: Box::new(Fault::TooLong) });
        }
        let policy = Self { path: path.to_owned(), is_file: true, ..Self::default() };
        policy.read(Text(text)).map_err(|Wrong { place, fault }| PolicyError {
            path: path.to_owned(),
            place: Some(place),
            fault: Box::new(fault),
        })
    }

    fn read(mut self, text: Text<'_>) -> Result<Self, Wrong> {
        let document = DeTable::parse(text.0).map_err(|error| {
            // Not all of the error: it would show the line, which may have a secret in it.
            text.wrong(&error.span().unwrap_or_default(), Fault::Syntax(error.message().to_owned()))
        })?;
        let mut count = None;
        for entry in entries(text, document.get_ref()) {
            match entry.key {
                "network" => self.network = network::read(&entry)?,
                "limits" => self.limits = limits::read(&entry)?,
                "config" => (self.config, self.has_config_table) = (config::read(&entry)?, true),
                "log" => self.log_level = log::read(&entry)?,
                "instance" => Instance { pass_headers: self.pass_headers, count } = instance::read(&entry)?,
                "trust" => self.trusted_keys = trust::read(&entry)?,
                key => {
                    let (key, near) = (key.to_owned(), near(key, TABLES));
                    return Err(entry.wrong_key(Fault::UnknownTable { key, near, known: TABLES }));
                }
            }
        }
        if let Some(count) = count {
            if self.limits.iter().any(|limit| limit.name == COUNT_LIMIT) {
                return Err(Wrong { place: count.place, fault: Fault::CountTwice });
            }
            self.limits.push(count);
        }
        Ok(self)
    }

    /// Sets each limit of `[limits]`, and the one that `instance.count` is, in their order. `known` are the names that there are; `set` takes a name with its
    /// value as text, and says what is wrong.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] for the first that is not known or not taken.
    pub fn set_limits<E: std::fmt::Display>(
        &self,
        known: &[&'static str],
        mut set: impl FnMut(&str, &str) -> Result<(), E>,
    ) -> Result<(), PolicyError> {
        for LimitSetting { name, value, place } in &self.limits {
            if !known.contains(&name.as_str()) {
                let (key, near) = (name.clone(), near(name, known));
                return Err(self.error(*place, Fault::UnknownKey { table: "[limits]", key, near, known: known.to_vec() }));
            }
            set(name, value).map_err(|error| self.error(*place, Fault::Limit(error.to_string())))?;
        }
        Ok(())
    }

    fn error(&self, place: Place, fault: Fault) -> PolicyError {
        PolicyError { path: self.path.clone(), place: Some(place), fault: Box::new(fault) }
    }

    /// Where the plugin may send requests.
    #[must_use]
    pub const fn network(&self) -> &Grants {
        &self.network
    }

    /// The limits that are set, as they are written.
    #[must_use]
    pub fn limits(&self) -> &[LimitSetting] {
        &self.limits
    }

    /// What the plugin is told. Each key occurs once.
    #[must_use]
    pub fn config(&self) -> &[ConfigEntry] {
        &self.config
    }

    /// What is logged, if the file says it.
    #[must_use]
    pub const fn log_level(&self) -> Option<LogLevel> {
        self.log_level
    }

    /// The user's own headers that the plugin sees.
    #[must_use]
    pub fn pass_headers(&self) -> &[UserHeader] {
        &self.pass_headers
    }

    /// The keys of which one has to have signed the plugin. None: nobody has to.
    #[must_use]
    pub fn trusted_keys(&self) -> &[PublicKey] {
        &self.trusted_keys
    }

    /// The file that this is from, or that there could be: see [`is_file`](Self::is_file). Empty in
    /// the default.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this is from a file, and not what holds without one.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        self.is_file
    }

    /// Whether there is a table `[config]`, be it empty.
    pub(crate) const fn has_config_table(&self) -> bool {
        self.has_config_table
    }

    /// A path in the file, as seen from where this process is.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}
