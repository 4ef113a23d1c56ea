//! From a crate to a component.
//!
//! ```text
//!  path ─▶ Crate::find (cargo metadata) ─▶ target::ensure (rustup) ─▶ dependencies::look (cargo tree)
//!                                                                        └─▶ compile (cargo build) ─▶ Component
//! ```
//!
//! The crate may be anywhere: cargo, the toolchain and the target folder are those of its own workspace. What its author has not declared of the profile and the
//! target is passed to cargo: there is nothing to copy into a plugin's `Cargo.toml`.

mod compile;
mod declared;
mod dependencies;
mod error;
mod looked;
mod metadata;
mod profile;
mod run;
mod stamp;
mod target;

pub use compile::Component;
pub use dependencies::{Finding, Level};
pub use error::BuildError;
pub use metadata::Crate;
pub use profile::{DEV_PROFILE, Goal, PLUGIN_PROFILE};
pub use target::TARGET;

use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use declared::Declared;
pub(crate) use looked::Looked;
use looked::Manifests;
pub(crate) use stamp::Stamp;

/// Builds the crate at `path`, a folder with a crate in it or above it, or a `Cargo.toml`.
///
/// Without a profile it is [`PLUGIN_PROFILE`]. What cargo and rustup say goes to stderr as it comes.
///
/// # Errors
///
/// [`BuildError`], which says what to do.
pub async fn build(path: &Path, profile: Option<&str>) -> Result<Component, BuildError> {
    let found = Crate::find(path).await?;
    build_crate(&found, profile, Goal::Ship, Stderr::Inherited, &Looked::default()).await
}

/// Builds a crate that was found before, with the profile that its goal has unless one is asked for. What rustup says is shown.
///
/// The crate's dependencies are looked at unless a build that succeeded, with the same `looked`, had the same manifests.
pub(crate) async fn build_crate(
    found: &Crate,
    profile: Option<&str>,
    goal: Goal,
    stderr: Stderr<'_>,
    looked: &Looked,
) -> Result<Component, BuildError> {
    found.check()?;
    target::ensure(&found.dir).await?;
    let declared = Declared::of(&found.dir, &found.workspace_root)?;
    let profile = profile.unwrap_or_else(|| goal.profile());
    let settings = profile::settings(profile, &declared);
    // What rarely changes is not waited for again: cargo takes a fifth of a second for it.
    let manifests = Manifests::of(found);
    let findings = if looked.holds(&manifests) {
        Vec::new()
    } else {
        let findings = dependencies::look(found, |flag| declared.has_flag(flag), stderr).await;
        if findings.iter().any(|finding| finding.level() == Level::Error) {
            return Err(BuildError::Dependencies { findings });
        }
        findings
    };
    // A build that is repeated is to be quiet, unless it fails.
    let shown = matches!(stderr, Stderr::Inherited);
    if shown {
        dependencies::show(&findings, stderr);
    }
    let built = compile::compile(found, profile, &settings, goal, stderr).await;
    let component = built.map_err(|error| error.because_of(findings, shown))?;
    looked.set(manifests);
    Ok(component)
}

/// Where cargo's stderr goes.
#[derive(Clone, Copy)]
pub(crate) enum Stderr<'a> {
    /// To this program's.
    Inherited,
    /// Here, line by line as it comes; with colours when this program's stderr is a terminal.
    Lines(&'a (dyn Fn(&str) + Sync)),
}

impl Stderr<'_> {
    /// Writes a line. A stderr that is gone loses it.
    fn write(self, line: &str) {
        match self {
            Self::Inherited => drop(writeln!(io::stderr().lock(), "{line}")),
            Self::Lines(write) => write(line),
        }
    }
}

impl fmt::Debug for Stderr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inherited => "Inherited",
            Self::Lines(_) => "Lines",
        })
    }
}
