use std::path::{Path, PathBuf};

use super::DevError;
use super::report::Report;
use super::watch::Sources;
use crate::build::{Goal, Stderr};
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
    /// What is at the paths, each under a name of its own.
    pub(super) async fn all(paths: &[PathBuf], launcher: Option<&Path>) -> Result<Vec<Self>, DevError> {
        let mut all: Vec<Self> = Vec::new();
        for path in paths {
            let given = Self::of(Subject::find(path).await?, launcher)?;
            if all.iter().any(|other| other.name() == given.name()) {
                return Err(DevError::SameName { name: given.name() });
            }
            all.push(given);
        }
        Ok(all)
    }

    pub(super) fn of(subject: Subject, launcher: Option<&Path>) -> Result<Self, DevError> {
        match subject {
            Subject::Source(source) => Ok(Self::Source { source, launcher: find_launcher(launcher)? }),
            Subject::Packed(path) if launcher.is_some() => Err(DevError::HasLauncher { path }),
            Subject::Packed(path) => Ok(Self::Packed(path)),
        }
    }

    /// Puts it into a plugins folder, built.
    pub(super) async fn install(&self, plugins: &Path, profile: Option<&str>) -> Result<(), DevError> {
        self.install_to(plugins, profile, Stderr::Inherited).await
    }

    /// The same, with what the build says going elsewhere.
    pub(super) async fn install_to(&self, plugins: &Path, profile: Option<&str>, stderr: Stderr<'_>) -> Result<(), DevError> {
        match self {
            Self::Source { source, launcher } => {
                let component = source.component(profile, Goal::Iterate, stderr).await?;
                install(plugins, &self.name(), launcher, &component)?;
            }
            Self::Packed(path) => {
                install_packed(plugins, &self.name(), path)?;
            }
        }
        Ok(())
    }

    /// What is watched of it. Without cargo's word on the crate's dependencies, the crate alone is.
    pub(super) async fn sources(&self, report: &Report) -> Result<Option<Sources>, DevError> {
        let sources = match self {
            Self::Source { source: Source::Crate(found), .. } => {
                let mut folders = vec![found.dir.clone()];
                match found.path_dependencies().await {
                    Ok(dependencies) => folders.extend(dependencies),
                    Err(error) => report.warn(&format!("the crates that {} depends on are not watched: {error}", found.name)),
                }
                Sources::of_folders(&folders, &[found.workspace_root.join("Cargo.toml")])
            }
            Self::Source { source: Source::Component(path), .. } | Self::Packed(path) => Sources::of_file(path),
        };
        Ok(Some(sources?))
    }

    /// What a change leads to, as the log says it.
    pub(super) fn action(&self) -> &'static str {
        match self {
            Self::Source { source: Source::Crate(_), .. } => "building",
            Self::Source { source: Source::Component(_), .. } | Self::Packed(_) => "starting it again",
        }
    }

    /// The name for its file in the plugins folder.
    pub(super) fn name(&self) -> String {
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
