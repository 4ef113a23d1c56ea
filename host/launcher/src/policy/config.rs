//! `[config]`: each value, from where it is.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use temps_plugin_policy::bounds::CONFIG_VALUE_BYTES;
use temps_plugin_policy::{ConfigEntry, ConfigSource, IncompletePolicy, Place, Policy};
use temps_plugin_protocol::ConfigKey;
use temps_plugin_runtime::GuestConfig;

/// A value that cannot be had. No message shows one.
#[derive(Debug, thiserror::Error)]
#[error("the policy file {}, {place}: `config.{key}`: {fault}", path.display())]
pub(crate) struct ConfigError {
    /// The policy file.
    path: PathBuf,
    place: Place,
    key: String,
    #[source]
    fault: ConfigFault,
}

/// Why a value cannot be had.
#[derive(Debug, thiserror::Error)]
enum ConfigFault {
    #[error(
        "there is no environment variable {name}: set it for Temps, which the plugin has its environment from, or take the key out"
    )]
    NoVariable { name: String },
    #[error("the environment variable {name} is not UTF-8 text")]
    VariableNotText { name: String },
    #[error("the environment variable {name} has more than {CONFIG_VALUE_BYTES} bytes")]
    VariableTooLong { name: String },
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is no regular file", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} is not UTF-8 text", path.display())]
    FileNotText { path: PathBuf },
    #[error("{} has more than {CONFIG_VALUE_BYTES} bytes", path.display())]
    FileTooLong { path: PathBuf },
}

/// Everything that the file tells the guest. Variables and files are read once, here.
///
/// # Errors
///
/// [`ConfigError`] for the first value that cannot be had.
pub(crate) fn resolve(policy: &Policy) -> Result<GuestConfig, ConfigError> {
    let one = |ConfigEntry { key, source, place }: &ConfigEntry| {
        let value = match source {
            ConfigSource::Text(text) => Ok(text.clone()),
            ConfigSource::Env(name) => variable(name),
            ConfigSource::File(path) => file(policy.resolve(path)),
        };
        match value {
            Ok(value) => Ok((key.clone(), value)),
            Err(fault) => Err(ConfigError { path: policy.path().to_owned(), place: *place, key: key.clone(), fault }),
        }
    };
    policy.config().iter().map(one).collect()
}

/// Adds the defaults of the keys that the plugin declares, and warns of keys that it does not. What
/// `resolve` gave has to be of the same policy.
///
/// # Errors
///
/// [`IncompletePolicy`] if a key is missing that the plugin requires. The warnings are logged before:
/// a misspelt key is often the missing one.
pub(crate) fn complete(
    config: GuestConfig,
    policy: &Policy,
    plugin: &str,
    declared: &[ConfigKey],
) -> Result<GuestConfig, IncompletePolicy> {
    for undeclared in policy.undeclared_config(declared) {
        tracing::warn!("{undeclared}");
    }
    policy.require_config(plugin, declared)?;
    Ok(config.with_defaults(declared))
}

fn variable(name: &str) -> Result<String, ConfigFault> {
    let name = || name.to_owned();
    let value = std::env::var_os(name()).ok_or_else(|| ConfigFault::NoVariable { name: name() })?;
    let value = value.into_string().map_err(|_| ConfigFault::VariableNotText { name: name() })?;
    if value.len() > CONFIG_VALUE_BYTES { Err(ConfigFault::VariableTooLong { name: name() }) } else { Ok(value) }
}

/// The file's text, without the one line end that editors and `echo` put at the end. Links are followed: whoever wrote the policy chose the path.
fn file(path: PathBuf) -> Result<String, ConfigFault> {
    let bytes = match read(&path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(ConfigFault::NotAFile { path }),
        Err(source) => return Err(ConfigFault::Read { path, source }),
    };
    let Ok(mut text) = String::from_utf8(bytes) else { return Err(ConfigFault::FileNotText { path }) };
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.len() > CONFIG_VALUE_BYTES { Err(ConfigFault::FileTooLong { path }) } else { Ok(text) }
}

/// Its bytes, as far as it takes to see whether there are too many; none of what is no regular file.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    /// A line end, and one byte too many.
    const MORE: u64 = 3;
    // Without NONBLOCK, a pipe would be waited for.
    let file = File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(CONFIG_VALUE_BYTES as u64 + MORE).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn policy(folder: &Path, value: &str) -> Policy {
        Policy::parse(&folder.join("hello.toml"), &format!("[config]\nkey = {value}")).unwrap()
    }

    /// The value that a file with these bytes gives.
    fn of_file(bytes: impl AsRef<[u8]>) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("token"), bytes).unwrap();
        let config = resolve(&policy(folder.path(), "{ file = \"token\" }")).map_err(|error| error.to_string())?;
        Ok(config.get("key").unwrap().to_owned())
    }

    #[test]
    fn one_line_end_is_left_out() {
        for (bytes, value) in
            [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a\r", "a\r"), ("\n", ""), ("", ""), (" a ", " a ")]
        {
            assert_eq!(of_file(bytes).as_deref(), Ok(value));
        }
    }

    #[test]
    fn a_file_has_so_many_bytes_at_most() {
        let most = "v".repeat(CONFIG_VALUE_BYTES);
        for end in ["", "\n", "\r\n"] {
            assert_eq!(of_file(format!("{most}{end}")).as_ref(), Ok(&most));
            let error = of_file(format!("{most}v{end}")).unwrap_err();
            assert!(error.contains("token has more than 65536 bytes"), "{error}");
        }
        assert!(of_file(format!("{most}\n\n\n")).is_err());
    }

    #[test]
    fn what_cannot_be_had_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |value: &str| resolve(&policy(folder.path(), value)).unwrap_err().to_string();
        let error = refused("{ file = \"nowhere\" }");
        assert!(
            error.contains("hello.toml, line 2, column 1: `config.key`: cannot read ") && error.contains("nowhere"),
            "{error}"
        );
        assert!(refused("{ file = \".\" }").contains("is no regular file"));
        assert!(refused("{ file = \"/dev/zero\" }").contains("is no regular file"));
        assert!(
            refused("{ env = \"NO_SUCH_VARIABLE_HERE\" }").contains("there is no environment variable NO_SUCH_VARIABLE_HERE")
        );
        assert!(of_file(b"hunter2\xff").unwrap_err().ends_with("token is not UTF-8 text"));
    }

    #[test]
    fn variables_and_texts_are_taken_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = std::env::var("PATH").unwrap();
        assert_eq!(resolve(&policy(folder.path(), "{ env = \"PATH\" }")).unwrap().get("key"), Some(path.as_str()));
        assert_eq!(resolve(&policy(folder.path(), "\"hi\\n\"")).unwrap().get("key"), Some("hi\n"));
    }
}
