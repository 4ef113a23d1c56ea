use std::fmt;
use std::path::Path;

use temps_plugin_protocol::manifest::MAX_NAME_CHARS;
use temps_plugin_protocol::{ManifestError, PluginManifest};

/// The rule of manifests, in words.
const RULE: &str = "kebab-case, lower-case words of letters and digits with a single `-` between, such \
                    as `my-plugin`";

/// What helps where the folder's name cannot change.
const NAME_FLAG: &str = "; --name names the plugin other than its folder";

/// A plugin's name, as its manifest may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginName(String);

/// Why a name is none.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// The folder has no name that is text.
    #[error("{folder} has no name that could be the plugin's: say one with --name")]
    NoFolder {
        /// The folder.
        folder: String,
    },
    /// The rule of manifests.
    #[error("{name:?} cannot be a plugin's name: use {RULE}{}", if *of_folder { NAME_FLAG } else { "" })]
    NotKebabCase {
        /// The name, cut to what can be shown.
        name: String,
        /// Whether it is the folder's.
        of_folder: bool,
    },
    /// It is too long.
    #[error("{name:?} … cannot be a plugin's name: it has more than {MAX_NAME_CHARS} characters")]
    TooLong {
        /// Its beginning.
        name: String,
    },
}

impl PluginName {
    /// Checks a name by the rules of a manifest.
    ///
    /// # Errors
    ///
    /// [`NameError`], which says the rule.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        Self::checked(name, false)
    }

    /// The name of a folder, which need not be there.
    ///
    /// # Errors
    ///
    /// [`NameError`], which says the rule and how to give another name.
    pub fn of_folder(folder: &Path) -> Result<Self, NameError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        match absolute.file_name().and_then(|name| name.to_str()) {
            Some(name) => Self::checked(name, true),
            None => Err(NameError::NoFolder { folder: folder.display().to_string() }),
        }
    }

    fn checked(name: &str, of_folder: bool) -> Result<Self, NameError> {
        let shown = || name.chars().take(MAX_NAME_CHARS).collect();
        match PluginManifest::builder(name, "0.1.0").build().validate() {
            Ok(()) => Ok(Self(name.to_owned())),
            Err(ManifestError::NameTooLong { .. }) => Err(NameError::TooLong { name: shown() }),
            Err(_) => Err(NameError::NotKebabCase { name: shown(), of_folder }),
        }
    }

    /// The name as people write it: `my-plugin` is `My Plugin`.
    #[must_use]
    pub fn title(&self) -> String {
        let capitalized = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        };
        self.0.split('-').map(capitalized).collect::<Vec<_>>().join(" ")
    }

    /// The name of its package: `temps-greeter-plugin` for `greeter`.
    ///
    /// It is not the plugin's own, which cargo and rustc may not take: `3d` begins with a digit, `test`
    /// is a crate of Rust's, and with `http`, `cargo build --package` would have two to choose from.
    #[must_use]
    pub fn package(&self) -> String {
        match self.0.strip_suffix("-plugin").unwrap_or(&self.0) {
            "plugin" => "temps-plugin".to_owned(),
            stem => format!("temps-{stem}-plugin"),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_forms() {
        for (name, title, package) in [
            ("greeter", "Greeter", "temps-greeter-plugin"),
            ("my-plugin", "My Plugin", "temps-my-plugin"),
            ("plugin", "Plugin", "temps-plugin"),
            ("3d-view", "3d View", "temps-3d-view-plugin"),
            ("plugin-sdk", "Plugin Sdk", "temps-plugin-sdk-plugin"),
        ] {
            let parsed = PluginName::parse(name).unwrap();
            assert_eq!((parsed.title().as_str(), parsed.package().as_str()), (title, package));
            assert_eq!(parsed.to_string(), name);
        }
    }

    #[test]
    fn a_wrong_name_is_told_the_rule() {
        for name in ["", "My-Plugin", "my_plugin", "my--plugin", "-a", "a-", "a b", "plügin", "a\u{1b}[0m"] {
            let said = PluginName::parse(name).unwrap_err().to_string();
            assert!(said.contains("use kebab-case") && !said.contains("--name"), "{said}");
            assert!(!said.contains('\u{1b}'), "{said:?}");
        }
        let said = PluginName::of_folder(Path::new("some/My_Plugin")).unwrap_err().to_string();
        assert!(said.starts_with("\"My_Plugin\" cannot be a plugin's name") && said.contains("--name"), "{said}");
        let longest = "n".repeat(MAX_NAME_CHARS);
        PluginName::parse(&longest).unwrap();
        let said = PluginName::parse(&format!("{longest}n")).unwrap_err().to_string();
        assert!(said.contains("more than 64 characters"), "{said}");
    }

    #[test]
    fn a_folder_gives_its_name() {
        for (folder, name) in [("greeter", "greeter"), ("a/b/greeter/", "greeter"), ("/x/./greeter/.", "greeter")] {
            assert_eq!(PluginName::of_folder(Path::new(folder)).unwrap().as_str(), name);
        }
        for folder in ["/", "a/.."] {
            assert!(matches!(PluginName::of_folder(Path::new(folder)), Err(NameError::NoFolder { .. })), "{folder}");
        }
    }
}
