//! From a crate to a component.
//!
//! ```text
//!  path ─▶ Crate::find (cargo metadata) ─▶ target::ensure (rustup) ─▶ compile (cargo build) ─▶ Component
//! ```
//!
//! The crate may be anywhere: cargo, the toolchain and the target folder are those of its own workspace.

mod compile;
mod error;
mod metadata;
mod profile;
mod run;
mod target;

pub use compile::Component;
pub use error::BuildError;
pub use metadata::Crate;
pub use profile::PLUGIN_PROFILE;
pub use target::TARGET;

use std::fmt;
use std::path::Path;

/// Builds the crate at `path`, a folder with a crate in it or above it, or a `Cargo.toml`.
///
/// Without a profile it is [`PLUGIN_PROFILE`] where the crate's workspace has it, else `release`. What cargo and rustup say goes to
/// stderr as it comes.
///
/// # Errors
///
/// [`BuildError`], which says what to do.
pub async fn build(path: &Path, profile: Option<&str>) -> Result<Component, BuildError> {
    let found = Crate::find(path).await?;
    build_crate(&found, profile).await
}

/// Builds a crate that was found before; see [`build`].
///
/// # Errors
///
/// [`BuildError`], which says what to do.
pub async fn build_crate(found: &Crate, profile: Option<&str>) -> Result<Component, BuildError> {
    build_crate_to(found, profile, Stderr::Inherited).await
}

/// The same, with what cargo says going elsewhere. What rustup says is shown.
pub(crate) async fn build_crate_to(found: &Crate, profile: Option<&str>, stderr: Stderr<'_>) -> Result<Component, BuildError> {
    found.check()?;
    target::ensure(&found.dir).await?;
    let profile = match profile {
        Some(profile) => profile.to_owned(),
        None => profile::of_workspace(&found.workspace_root)?,
    };
    compile::compile(found, &profile, stderr).await
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
