//! From a crate to a component.
//!
//! ```text
//!  path ─▶ Crate::find (cargo metadata) ─▶ target::ensure (rustup) ─▶ compile (cargo build) ─▶ Component
//! ```
//!
//! The crate may be anywhere: cargo, the toolchain and the target folder are those of its own workspace. What its author has not declared of the profile and the
//! target is passed to cargo: there is nothing to copy into a plugin's `Cargo.toml`.

mod compile;
mod declared;
mod error;
mod metadata;
mod profile;
mod run;
mod target;

pub use compile::Component;
pub use error::BuildError;
pub use metadata::Crate;
pub use profile::{DEV_PROFILE, Goal, PLUGIN_PROFILE};
pub use target::TARGET;

use std::fmt;
use std::path::Path;

use declared::Declared;

/// Builds the crate at `path`, a folder with a crate in it or above it, or a `Cargo.toml`.
///
/// Without a profile it is [`PLUGIN_PROFILE`]. What cargo and rustup say goes to stderr as it comes.
///
/// # Errors
///
/// [`BuildError`], which says what to do.
pub async fn build(path: &Path, profile: Option<&str>) -> Result<Component, BuildError> {
    let found = Crate::find(path).await?;
    build_crate(&found, profile, Goal::Ship, Stderr::Inherited).await
}

/// Builds a crate that was found before, with the profile that its goal has unless one is asked for. What rustup says is shown.
pub(crate) async fn build_crate(
    found: &Crate,
    profile: Option<&str>,
    goal: Goal,
    stderr: Stderr<'_>,
) -> Result<Component, BuildError> {
    found.check()?;
    target::ensure(&found.dir).await?;
    let declared = Declared::of(&found.dir, &found.workspace_root)?;
    let profile = profile.unwrap_or_else(|| goal.profile());
    compile::compile(found, profile, &profile::settings(profile, &declared), goal, stderr).await
}

/// Where cargo's stderr goes.
#[derive(Clone, Copy)]
pub(crate) enum Stderr<'a> {
    /// To this program's.
    Inherited,
    /// Here, line by line as it comes; with colours when this program's stderr is a terminal.
    Lines(&'a (dyn Fn(&str) + Sync)),
}

impl fmt::Debug for Stderr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inherited => "Inherited",
            Self::Lines(_) => "Lines",
        })
    }
}
