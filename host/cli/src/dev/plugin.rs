use std::path::{Path, PathBuf};

use super::DevError;
use crate::launcher::find_launcher;
use crate::subject::{Source, Subject};
use crate::temps::{install, install_packed};

/// Where data goes, below a target folder.
const DATA_DIR: &str = "temps-dev";

/// The plugin that a run is about, with all that it needs but its build.
#[derive(Debug)]
pub(super) enum Given {
    /// A component or the crate of one, with the launcher to start it.
    Source { source: Source, launcher: PathBuf },
    /// An executable that needs nothing else.
    Packed(PathBuf),
}

impl Given {
    pub(super) fn of(subject: Subject, launcher: Option<&Path>) -> Result<Self, DevError> {
        match subject {
            Subject::Source(source) => Ok(Self::Source { source, launcher: find_launcher(launcher)? }),
            Subject::Packed(path) if launcher.is_some() => Err(DevError::HasLauncher { path }),
            Subject::Packed(path) => Ok(Self::Packed(path)),
        }
    }

    /// Puts it into a plugins folder, built.
    pub(super) async fn install(&self, plugins: &Path, profile: Option<&str>) -> Result<(), DevError> {
        match self {
            Self::Source { source, launcher } => {
                let component = source.component(profile).await?;
                install(plugins, &self.name(), launcher, &component)?;
            }
            Self::Packed(path) => {
                install_packed(plugins, &self.name(), path)?;
            }
        }
        Ok(())
    }

    /// The name for its file in the plugins folder.
    fn name(&self) -> String {
        match self {
            Self::Source { source: Source::Crate(found), .. } => file_name(&found.name),
            Self::Source { source: Source::Component(path), .. } => {
                file_name(&path.file_stem().unwrap_or_default().to_string_lossy())
            }
            Self::Packed(path) => file_name(&path.file_name().unwrap_or_default().to_string_lossy()),
        }
    }

    /// Where data goes unless it is to go elsewhere.
    pub(super) fn data_dir(&self) -> PathBuf {
        match self {
            Self::Source { source: Source::Crate(found), .. } => found.target_dir.join(DATA_DIR),
            Self::Source { source: Source::Component(_), .. } | Self::Packed(_) => Path::new("target").join(DATA_DIR),
        }
    }
}

/// The names of files in a plugins folder are kebab-case by custom, and one with a dot in front is passed over.
fn file_name(name: &str) -> String {
    let name = name.trim_start_matches('.').replace('_', "-");
    if name.is_empty() { "plugin".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_those_that_are_taken() {
        for (name, expected) in [("my_plugin", "my-plugin"), ("..hidden", "hidden"), ("", "plugin"), ("greeter", "greeter")] {
            assert_eq!(file_name(name), expected);
        }
        let component = Source::Component("folder/my_plugin.wasm".into());
        assert_eq!(Given::Source { source: component, launcher: PathBuf::new() }.name(), "my-plugin");
        assert_eq!(Given::Packed("folder/my_plugin.v2".into()).name(), "my-plugin.v2");
    }

    #[test]
    fn a_packed_plugin_takes_no_launcher() {
        let packed = || Subject::Packed("greeter".into());
        assert!(matches!(Given::of(packed(), None), Ok(Given::Packed(_))));
        assert!(matches!(Given::of(packed(), Some(Path::new("l"))), Err(DevError::HasLauncher { .. })));
    }
}
