use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::ManifestError;

/// The most keys that a manifest may declare: 64. An operator has to read all of them, and one
/// message lists those that are missing. A manifest with more is refused.
pub const MAX_CONFIG_KEYS: usize = 64;

/// The most bytes of a key's name: 64, as for the plugin's own name. The name becomes a column of
/// `temps-wasm inspect` and a key in a TOML file. A longer one is refused, here and in a policy.
pub const MAX_CONFIG_NAME_BYTES: usize = 64;

/// The most characters of a key's description: 200, a sentence or two. It stands in one line of a
/// message beside those of other keys. A longer one is refused.
pub const MAX_CONFIG_DESCRIPTION_CHARS: usize = 200;

/// The most bytes of a key's value, be it a default or the operator's: 64 KiB, in which a chain of
/// certificates fits. A longer one is refused.
pub const MAX_CONFIG_VALUE_BYTES: usize = 64 << 10;

/// A key of the operator's configuration that the plugin takes.
///
/// The operator sets it in the table `[config]` of the plugin's policy file. Temps is not told of
/// it: a declaration is between the plugin, its launcher and its operator.
///
/// A new key is optional, not secret, and has no default.
///
/// ```
/// use temps_plugin_protocol::{ConfigKey, PluginManifest};
///
/// let manifest = PluginManifest::builder("mail", "1.0.0")
///     .config(ConfigKey::new("api_key", "The key of the mail service").required().secret())
///     .config(ConfigKey::new("region", "The region to send from").default_value("eu"))
///     .config(ConfigKey::new("reply_to", "The address that answers go to"))
///     .build();
/// assert_eq!(manifest.validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigKey {
    /// The key: 1 to [`MAX_CONFIG_NAME_BYTES`] letters (A-Z, a-z), digits, `_` and `-`.
    pub name: String,
    /// What the value is for, in 1 to [`MAX_CONFIG_DESCRIPTION_CHARS`] characters.
    pub description: String,
    /// Whether the plugin does not start without it.
    #[serde(default)]
    pub required: bool,
    /// Whether the value is a secret, which no tool shows.
    #[serde(default)]
    pub secret: bool,
    /// The value that the plugin gets when the operator sets none: at most
    /// [`MAX_CONFIG_VALUE_BYTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
}

impl ConfigKey {
    /// Declares an optional key. Nothing is checked: see
    /// [`PluginManifest::validate`](super::PluginManifest::validate).
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into(), required: false, secret: false, default_value: None }
    }

    /// Makes the key required: without a value from the operator the plugin does not start. An
    /// empty value is one. A required key has no default.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes the value a secret: tools do not show it, and ask for it without an echo. It does not
    /// encrypt the policy file. A secret has no default, which everybody could read in the plugin.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Sets the value that the plugin gets when the operator sets none.
    #[must_use]
    pub fn default_value(mut self, value: impl Into<String>) -> Self {
        self.default_value = Some(value.into());
        self
    }

    /// Checks one key by itself.
    fn check(&self) -> Result<(), ConfigKeyError> {
        let name = || self.name.clone();
        if !is_config_name(&self.name) {
            return Err(ConfigKeyError::Name { name: name() });
        }
        let chars = self.description.chars().count();
        if self.description.trim().is_empty() {
            return Err(ConfigKeyError::NoDescription { name: name() });
        }
        if chars > MAX_CONFIG_DESCRIPTION_CHARS {
            return Err(ConfigKeyError::DescriptionTooLong { name: name(), chars });
        }
        let Some(default) = &self.default_value else { return Ok(()) };
        if self.required {
            Err(ConfigKeyError::RequiredWithDefault { name: name() })
        } else if self.secret {
            Err(ConfigKeyError::SecretWithDefault { name: name() })
        } else if default.len() > MAX_CONFIG_VALUE_BYTES {
            Err(ConfigKeyError::DefaultTooLong { name: name(), bytes: default.len() })
        } else {
            Ok(())
        }
    }
}

/// Whether a text can be the name of a key, in a manifest and in a policy.
#[must_use]
pub fn is_config_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !name.is_empty() && name.len() <= MAX_CONFIG_NAME_BYTES && name.bytes().all(plain)
}

/// Checks the keys that a manifest declares: each by itself, their number, and that each is there
/// once.
///
/// # Errors
///
/// [`ManifestError::ConfigKeys`] for more than [`MAX_CONFIG_KEYS`], or [`ManifestError::Config`]
/// for the first key that breaks a rule.
pub fn check_config(keys: &[ConfigKey]) -> Result<(), ManifestError> {
    if keys.len() > MAX_CONFIG_KEYS {
        return Err(ManifestError::ConfigKeys { count: keys.len() });
    }
    let mut seen = HashSet::new();
    for (index, key) in keys.iter().enumerate() {
        let wrong = |reason| ManifestError::Config { index, reason };
        key.check().map_err(wrong)?;
        if !seen.insert(&key.name) {
            return Err(wrong(ConfigKeyError::Repeated { name: key.name.clone() }));
        }
    }
    Ok(())
}

/// Which rule a declared key breaks. No message shows a default.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigKeyError {
    /// The name is none that a policy could have.
    #[error(
        "{} is no key: use 1 to {MAX_CONFIG_NAME_BYTES} letters (A-Z, a-z), digits, `_` and `-`, \
         such as `api_key`",
        begin(name)
    )]
    Name {
        /// The name given.
        name: String,
    },
    /// An earlier key has the name.
    #[error("`{name}` is declared twice: leave one out")]
    Repeated {
        /// The name of both.
        name: String,
    },
    /// The description is empty or blank.
    #[error("`{name}` has no description: say in a sentence what the value is for")]
    NoDescription {
        /// The key's name.
        name: String,
    },
    /// The description is longer than [`MAX_CONFIG_DESCRIPTION_CHARS`].
    #[error(
        "`{name}` has a description of {chars} characters: use at most \
         {MAX_CONFIG_DESCRIPTION_CHARS}"
    )]
    DescriptionTooLong {
        /// The key's name.
        name: String,
        /// The description's length.
        chars: usize,
    },
    /// The default is longer than [`MAX_CONFIG_VALUE_BYTES`].
    #[error("`{name}` has a default of {bytes} bytes: use at most {MAX_CONFIG_VALUE_BYTES}")]
    DefaultTooLong {
        /// The key's name.
        name: String,
        /// The default's length.
        bytes: usize,
    },
    /// A required key has a default, which could never be used.
    #[error("`{name}` is required and has a default: leave one of them out")]
    RequiredWithDefault {
        /// The key's name.
        name: String,
    },
    /// A secret has a default, which is the same everywhere and readable in the plugin's file.
    #[error(
        "`{name}` is secret and has a default, which is no secret: leave one of them out, or make \
         the key required"
    )]
    SecretWithDefault {
        /// The key's name.
        name: String,
    },
}

/// A name that is none, in quotes and escaped, and cut where a name would end.
fn begin(name: &str) -> String {
    let cut: String = name.chars().take(MAX_CONFIG_NAME_BYTES).collect();
    let more = if cut.len() < name.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> ConfigKey {
        ConfigKey::new(name, "What it is for")
    }

    fn refused(key: ConfigKey) -> ConfigKeyError {
        match check_config(&[self::key("before"), key]) {
            Err(ManifestError::Config { index: 1, reason }) => reason,
            other => panic!("it should be refused: {other:?}"),
        }
    }

    #[test]
    fn a_name_is_one_that_a_policy_can_have() {
        let longest = "k".repeat(MAX_CONFIG_NAME_BYTES);
        for name in ["a", "API_KEY", "api-key", "9", "-", longest.as_str()] {
            assert_eq!(check_config(&[key(name)]), Ok(()), "{name}");
        }
        let too_long = format!("{longest}k");
        for name in ["", "a.b", "a b", "ключ", "a\n", too_long.as_str()] {
            let error = refused(key(name));
            assert_eq!(error, ConfigKeyError::Name { name: name.into() });
            assert!(!error.to_string().contains('\n') && error.to_string().contains("1 to 64"), "{error}");
        }
        assert!(refused(key(&"é".repeat(9999))).to_string().len() < 300);
    }

    #[test]
    fn a_name_is_there_once() {
        let error = check_config(&[key("a"), key("b"), key("a")]).unwrap_err();
        let reason = ConfigKeyError::Repeated { name: "a".into() };
        assert_eq!(error, ManifestError::Config { index: 2, reason });
        assert_eq!(error.to_string(), "`config[2]`: `a` is declared twice: leave one out");
        assert_eq!(check_config(&[key("a"), key("A")]), Ok(()));
    }

    #[test]
    fn a_description_has_1_to_200_characters() {
        for description in ["x".to_owned(), "é".repeat(MAX_CONFIG_DESCRIPTION_CHARS)] {
            assert_eq!(check_config(&[ConfigKey::new("a", description)]), Ok(()));
        }
        for description in ["", " \n"] {
            let expected = ConfigKeyError::NoDescription { name: "a".into() };
            assert_eq!(refused(ConfigKey::new("a", description)), expected);
        }
        let error = refused(ConfigKey::new("a", "é".repeat(MAX_CONFIG_DESCRIPTION_CHARS + 1)));
        assert_eq!(error, ConfigKeyError::DescriptionTooLong { name: "a".into(), chars: 201 });
        assert!(error.to_string().contains("201 characters: use at most 200"), "{error}");
    }

    #[test]
    fn a_default_has_at_most_64_kib() {
        for default in [String::new(), "v".repeat(MAX_CONFIG_VALUE_BYTES)] {
            assert_eq!(check_config(&[key("a").default_value(default)]), Ok(()));
        }
        let error = refused(key("a").default_value("v".repeat(MAX_CONFIG_VALUE_BYTES + 1)));
        assert_eq!(error, ConfigKeyError::DefaultTooLong { name: "a".into(), bytes: 65537 });
        assert!(error.to_string().len() < 100, "no default is shown: {error}");
    }

    #[test]
    fn what_must_be_set_or_hidden_has_no_default() {
        assert_eq!(check_config(&[key("a").required().secret()]), Ok(()));
        let error = refused(key("a").required().default_value(""));
        assert_eq!(error, ConfigKeyError::RequiredWithDefault { name: "a".into() });
        let error = refused(key("a").secret().default_value("hunter2"));
        assert_eq!(error, ConfigKeyError::SecretWithDefault { name: "a".into() });
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn there_are_64_at_most() {
        let keys = |count: usize| (0..count).map(|at| key(&format!("k{at}"))).collect::<Vec<_>>();
        assert_eq!(check_config(&keys(MAX_CONFIG_KEYS)), Ok(()));
        let error = check_config(&keys(MAX_CONFIG_KEYS + 1)).unwrap_err();
        assert_eq!(error, ManifestError::ConfigKeys { count: 65 });
        assert!(error.to_string().contains("65 keys: declare at most 64"), "{error}");
    }

    #[test]
    fn what_is_not_written_is_read_as_not_said() {
        let read: ConfigKey = serde_json::from_str(r#"{"name":"a","description":"What it is for"}"#).unwrap();
        assert_eq!(read, key("a"));
        let all = key("b").required().secret();
        let json = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<ConfigKey>(&json).unwrap(), all);
    }
}
