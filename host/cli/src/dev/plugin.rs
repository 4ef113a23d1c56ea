use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use super::report::Report;
use super::watch::{Sources, in_canonical_folder};
use super::{DevError, DevOptions};
use crate::build::{Goal, Looked, Stamp, Stderr, build_crate};
use crate::launcher::{PrepareError, compile, find_launcher};
use crate::subject::{Source, Subject};
use crate::temps::{install, install_packed};
use crate::terminal::size;

/// Where data goes, below a target folder.
pub(crate) const DATA_DIR: &str = "temps-dev";

/// The policy file of a crate that is worked on, in the crate's folder.
const POLICY: &str = "policy.toml";

/// The components whose compilation is announced: from 4 MiB on, which takes a second or more.
const ANNOUNCED_BYTES: u64 = 4 << 20;

/// How often a long compilation is said to go on: every 5 s.
const PROGRESS: Duration = Duration::from_secs(5);

/// The plugin that a run is about, with all that it needs but its build.
#[derive(Debug)]
pub(super) enum Given {
    /// A component or the crate of one, with the launcher to start it.
    Source {
        source: Source,
        launcher: PathBuf,
        /// The component that lies in the plugins folder. None before the first.
        installed: Mutex<Option<Stamp>>,
        /// What the last build of a crate knows of its dependencies.
        looked: Looked,
    },
    /// An executable that needs nothing else.
    Packed(PathBuf),
}

/// Where a plugin is put, and how it is built.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// The plugins folder.
    pub(super) plugins: &'a Path,
    /// The folder of the plugins' data folders.
    pub(super) data: &'a Path,
    pub(super) wanted: &'a DevOptions,
    pub(super) report: &'a Report,
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
            Subject::Source(source) => Ok(Self::Source {
                source,
                launcher: find_launcher(launcher)?,
                installed: Mutex::default(),
                looked: Looked::default(),
            }),
            Subject::Packed(path) if launcher.is_some() => Err(DevError::HasLauncher { path }),
            Subject::Packed(path) => Ok(Self::Packed(path)),
        }
    }

    /// Builds and compiles it, and puts it into the plugins folder. `false`: it lies there already, and nothing was done, unless that is
    /// to be done `anyway`. A plugin that runs does not notice before it is started again.
    pub(super) async fn install(&self, target: Target<'_>, anyway: bool, stderr: Stderr<'_>) -> Result<bool, DevError> {
        let name = self.name();
        match self {
            Self::Source { source, launcher, installed, looked } => {
                let installed = || installed.lock().unwrap_or_else(PoisonError::into_inner);
                let component = match source {
                    Source::Crate(found) => {
                        let profile = target.wanted.profile.as_deref();
                        let built = build_crate(found, profile, Goal::Iterate, stderr, looked).await?;
                        // A build before this one may have made it, and been given up before it was put there.
                        if built.fresh && !anyway && installed().is_some_and(|stamp| Some(stamp) == Stamp::of(&built.path)) {
                            return Ok(false);
                        }
                        built.path
                    }
                    Source::Component(path) => path.clone(),
                };
                let stamp = Stamp::of(&component);
                compile_ahead(launcher, &component, &target.data.join(&name), target.report).await?;
                install(target.plugins, &name, launcher, &component)?;
                *installed() = stamp;
            }
            Self::Packed(path) => {
                install_packed(target.plugins, &name, path)?;
            }
        }
        Ok(true)
    }

    /// What is watched of it, with its policy file. Without cargo's word on the crate's dependencies, the crate alone is.
    pub(super) async fn sources(&self, policy: &Path, report: &Report) -> Result<Sources, DevError> {
        let policy = policy.to_owned();
        let sources = match self {
            Self::Source { source: Source::Crate(found), .. } => {
                let mut folders = vec![found.dir.clone()];
                match found.path_dependencies().await {
                    Ok(dependencies) => folders.extend(dependencies),
                    Err(error) => report.warn(&format!("the crates that {} depends on are not watched: {error}", found.name)),
                }
                Sources::of(&folders, &[found.workspace_root.join("Cargo.toml"), policy])
            }
            Self::Source { source: Source::Component(path), .. } | Self::Packed(path) => {
                Sources::of(&[], &[path.clone(), policy])
            }
        };
        Ok(sources?)
    }

    /// The policy file that the plugin runs with if it is there and no other is asked for.
    pub(super) fn policy(&self) -> PathBuf {
        let path = match self {
            Self::Source { source: Source::Crate(found), .. } => found.dir.join(POLICY),
            Self::Source { source: Source::Component(path), .. } => path.with_extension("toml"),
            Self::Packed(path) => path.with_added_extension("toml"),
        };
        in_canonical_folder(&path).unwrap_or(path)
    }

    pub(super) fn is_crate(&self) -> bool {
        matches!(self, Self::Source { source: Source::Crate(_), .. })
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

/// Has the launcher compile the component before it is started with it, so that the time of the start is not spent on that, and the plugin that runs answers
/// meanwhile.
///
/// A component that the launcher refuses is an error. What else goes wrong is left to the start, which compiles then.
async fn compile_ahead(launcher: &Path, component: &Path, data_dir: &Path, report: &Report) -> Result<(), DevError> {
    let bytes = component.metadata().map_or(0, |found| found.len());
    let begun = Instant::now();
    if bytes >= ANNOUNCED_BYTES {
        report.say(&format!("compiling a component of {}", size(bytes)));
    }
    let mut progress = interval_at(begun + PROGRESS, PROGRESS);
    let mut compiling = std::pin::pin!(compile(launcher, component, data_dir));
    loop {
        tokio::select! {
            compiled = &mut compiling => {
                return match compiled {
                    Err(error @ PrepareError::Refused { .. }) => Err(DevError::Compile(error)),
                    Ok(()) | Err(_) => Ok(()),
                };
            }
            _ = progress.tick() => report.say(&format!("still compiling after {} s", begun.elapsed().as_secs())),
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
        assert_eq!(
            Given::Source { source: component, launcher: PathBuf::new(), installed: Mutex::default(), looked: Looked::default() }
                .name(),
            "my-plugin"
        );
        assert_eq!(Given::Packed("folder/my_plugin.v2".into()).name(), "my-plugin.v2");
    }

    #[test]
    fn a_policy_lies_beside_what_it_is_for() {
        let folder = tempfile::tempdir().unwrap().keep().canonicalize().unwrap();
        let component = Source::Component(folder.join("my_plugin.wasm"));
        assert_eq!(
            Given::Source { source: component, launcher: PathBuf::new(), installed: Mutex::default(), looked: Looked::default() }
                .policy(),
            folder.join("my_plugin.toml")
        );
        assert_eq!(Given::Packed(folder.join("greeter.v2")).policy(), folder.join("greeter.v2.toml"));
        std::fs::remove_dir(folder).unwrap();
    }

    #[test]
    fn a_packed_plugin_takes_no_launcher() {
        let packed = || Subject::Packed("greeter".into());
        assert!(matches!(Given::of(packed(), None), Ok(Given::Packed(_))));
        assert!(matches!(Given::of(packed(), Some(Path::new("l"))), Err(DevError::HasLauncher { .. })));
    }
}
