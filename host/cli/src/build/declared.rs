//! What the author's own files and environment say of a build, which outranks what this tool would say.
//!
//! Cargo merges its settings from `Cargo.toml`, from its configuration files, from variables, and from `--config`, which outranks them all. What an
//! author has set must therefore not be passed with `--config`.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{BuildError, TARGET};

/// The variables that set flags for the compiler, whatever the target.
const FLAGS: [&str; 4] =
    ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS"];

/// What an author has declared.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// The workspace's `Cargo.toml`, then cargo's configuration files.
    tables: Vec<Table>,
    /// The names of the variables that are set to something.
    variables: BTreeSet<String>,
}

impl Declared {
    /// Reads what holds for the crate in `dir`. Files that cargo's own may include are not followed.
    ///
    /// # Errors
    ///
    /// [`BuildError`] for a file that cannot be read, or is not TOML.
    pub(super) fn of(dir: &Path, workspace_root: &Path) -> Result<Self, BuildError> {
        let mut tables = vec![read(&workspace_root.join("Cargo.toml"))?.unwrap_or_default()];
        for path in configuration_files(dir) {
            tables.extend(read(&path)?);
        }
        let set = |(name, value): (std::ffi::OsString, std::ffi::OsString)| name.into_string().ok().filter(|_| !value.is_empty());
        Ok(Self { tables, variables: env::vars_os().filter_map(set).collect() })
    }

    /// Whether a file declares the profile. Variables only set keys of it.
    pub(super) fn has_profile(&self, profile: &str) -> bool {
        self.tables.iter().any(|table| self::profile(table, profile).is_some())
    }

    /// Whether the profile is declared with this key.
    pub(super) fn has_profile_key(&self, profile: &str, key: &str) -> bool {
        self.tables.iter().filter_map(|table| self::profile(table, profile)).any(|profile| profile.contains_key(key))
            || self.variables.contains(&variable(profile, key))
    }

    /// Whether there are compiler flags for components. Those of a `cfg(…)` are not counted: cargo adds them to others.
    pub(super) fn has_flags(&self) -> bool {
        let in_file = |table: &Table| {
            let of = |parent: Option<&Value>| parent.and_then(|parent| parent.get("rustflags")).is_some();
            of(table.get("build")) || of(table.get("target").and_then(|targets| targets.get(TARGET)))
        };
        self.tables.iter().any(in_file) || FLAGS.iter().any(|name| self.variables.contains(*name))
    }

    /// Whether this text is in a flag for the compiler, in a file or a variable.
    pub(super) fn has_flag(&self, text: &str) -> bool {
        fn is_in(value: &Value, text: &str) -> bool {
            match value {
                Value::String(value) => value.contains(text),
                Value::Array(values) => values.iter().any(|value| is_in(value, text)),
                Value::Table(table) => table.values().any(|value| is_in(value, text)),
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => false,
            }
        }
        let in_file =
            |table: &Table| ["build", "target"].iter().filter_map(|key| table.get(*key)).any(|value| is_in(value, text));
        let in_variable = |name: &&str| env::var(name).is_ok_and(|value| value.contains(text));
        self.tables.iter().any(in_file) || FLAGS.iter().any(in_variable)
    }
}

fn profile<'a>(table: &'a Table, name: &str) -> Option<&'a Table> {
    table.get("profile")?.get(name)?.as_table()
}

/// The variable that sets a profile's key.
fn variable(profile: &str, key: &str) -> String {
    format!("CARGO_PROFILE_{profile}_{key}").to_uppercase().replace('-', "_")
}

/// Cargo's configuration files for a command in `dir`, as it looks for them: in the folder and those above, then in its home.
fn configuration_files(dir: &Path) -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let folders = dir.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name))).filter(|path| path.is_file()).collect()
}

fn read(path: &Path) -> Result<Option<Table>, BuildError> {
    match fs::read_to_string(path) {
        Ok(text) => match text.parse() {
            Ok(table) => Ok(Some(table)),
            Err(source) => Err(BuildError::ManifestToml { path: path.to_owned(), source }),
        },
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BuildError::Manifest { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
impl Declared {
    pub(super) fn in_text(manifest: &str) -> Self {
        Self { tables: vec![manifest.parse().unwrap()], variables: BTreeSet::new() }
    }

    pub(super) fn with_variable(mut self, name: &str) -> Self {
        self.variables.insert(name.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_in_files_and_variables() {
        let declared = Declared::in_text("[profile.dev]\ndebug = true\n[profile]\nmy-own = { inherits = 'release' }");
        assert!(declared.has_profile("dev") && declared.has_profile("my-own") && !declared.has_profile("plugin"));
        assert!(declared.has_profile_key("dev", "debug") && !declared.has_profile_key("dev", "strip"));
        let declared = declared.with_variable("CARGO_PROFILE_DEV_STRIP").with_variable("CARGO_PROFILE_MY_OTHER_LTO");
        assert!(declared.has_profile_key("dev", "strip"));
        assert!(!declared.has_profile("my-other") && declared.has_profile_key("my-other", "lto"));
    }

    #[test]
    fn flags_are_found_wherever_cargo_takes_them_from() {
        assert!(!Declared::in_text("[target.x86_64-unknown-linux-gnu]\nrustflags = []\n[build]\njobs = 1").has_flags());
        assert!(!Declared::in_text("[target.'cfg(unix)']\nrustflags = []").has_flags());
        for own in ["[build]\nrustflags = '-g'", "[target.wasm32-wasip2]\nrustflags = []"] {
            assert!(Declared::in_text(own).has_flags(), "{own}");
        }
        for name in FLAGS {
            assert!(Declared::default().with_variable(name).has_flags(), "{name}");
        }
    }

    #[test]
    fn a_flag_is_found_by_its_text() {
        let has = |text: &str| Declared::in_text(text).has_flag("tokio_unstable");
        assert!(has("[build]\nrustflags = ['--cfg', 'tokio_unstable']"));
        assert!(has("[target.'cfg(all())']\nrustflags = '--cfg tokio_unstable'"));
        assert!(!has("[build]\njobs = 1\n[package]\ndescription = 'tokio_unstable'"));
    }

    #[test]
    fn files_are_read_from_the_crate_upwards() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("plugins/mine");
        fs::create_dir_all(inner.join(".cargo")).unwrap();
        fs::create_dir_all(root.path().join(".cargo")).unwrap();
        fs::write(root.path().join("Cargo.toml"), "[profile.plugin]\ninherits = 'release'").unwrap();
        fs::write(root.path().join(".cargo/config"), "[profile.dev]\nstrip = true").unwrap();
        fs::write(inner.join(".cargo/config.toml"), "[profile.dev]\nopt-level = 1").unwrap();
        let declared = Declared::of(&inner, root.path()).unwrap();
        assert!(declared.has_profile("plugin"));
        assert!(declared.has_profile_key("dev", "strip") && declared.has_profile_key("dev", "opt-level"));
        assert!(Declared::of(root.path(), root.path()).unwrap().has_profile_key("dev", "strip"));
        assert!(!Declared::of(root.path(), root.path()).unwrap().has_profile_key("dev", "opt-level"));

        fs::write(inner.join(".cargo/config.toml"), "[").unwrap();
        let error = Declared::of(&inner, root.path()).unwrap_err();
        assert!(matches!(&error, BuildError::ManifestToml { path, .. } if path.ends_with(".cargo/config.toml")), "{error}");
    }
}
