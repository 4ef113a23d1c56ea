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
    found.check()?;
    target::ensure(&found.dir).await?;
    let profile = match profile {
        Some(profile) => profile.to_owned(),
        None => profile::of_workspace(&found.workspace_root)?,
    };
    compile::compile(found, &profile).await
}
