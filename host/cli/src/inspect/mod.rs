//! `temps-wasm inspect`: what a plugin is, what it wants, and what it may do under the policy beside it.
//!
//! ```text
//!  packed plugin ──▶ its section `manifest` ───────────────────┐
//!  component ──▶ temps-launcher --prepare ──▶ description.json ─┼─▶ Inspection ─▶ text, JSON
//!  <file>.toml ──▶ Policy ──▶ what is granted, limits ─────────┘
//! ```
//!
//! No code of a packed plugin runs: what it says of itself is in the file. A component by itself has to be asked, which the launcher does in its sandbox.
//!
//! What holds is what the launcher enforces, and a packed plugin brings its own. Whether that is the one of this project, only a signature tells.

mod cannot;
mod config;
mod error;
mod in_force;
mod interfaces;
mod json;
mod routes;
mod subject;
mod text;
mod wants;

pub(crate) use config::{INCOMPLETE, key_text};
pub use error::InspectError;
pub(crate) use in_force::{Beside, policy_path};
pub(crate) use subject::{Examined, Form, Signed, examine_packed};
pub(crate) use text::{capability_text, list};
pub(crate) use wants::{Wanted, covering};

use std::path::{Path, PathBuf};

use temps_plugin_bundle::{KeyError, PublicKey};

use in_force::InForce;

/// What is to be looked at, and how.
#[derive(Debug, Clone, Default)]
pub struct InspectOptions {
    /// A packed plugin, or a component (`.wasm`).
    pub file: PathBuf,
    /// The policy file, which has to be there. Default the one beside the file, if there is one.
    pub policy: Option<PathBuf>,
    /// Files of public keys, of which one has to have signed the file. Default none: then a signature is told as a claim.
    pub keys: Vec<PathBuf>,
    /// The launcher that asks a component; see [`find_launcher`](crate::launcher::find_launcher). A packed plugin needs none.
    pub launcher: Option<PathBuf>,
}

/// What is known of a plugin.
#[derive(Debug)]
pub struct Inspection {
    examined: Examined,
    in_force: InForce,
}

impl Inspection {
    /// What is wrong with the policy beside the plugin, if a start is refused with it. It is part of what is shown.
    #[must_use]
    pub fn policy_fault(&self) -> Option<String> {
        match &self.in_force.beside {
            Beside::Invalid(error) => Some(error.to_string()),
            Beside::None | Beside::Valid(..) => None,
        }
    }
}

/// Looks at a plugin.
///
/// # Errors
///
/// [`InspectError`]. A policy file beside the plugin that cannot be used is no error: it is told, and nothing counts as granted.
pub async fn inspect(options: InspectOptions) -> Result<Inspection, InspectError> {
    let keys = load_keys(&options.keys)?;
    let examined = subject::examine(&options.file, &keys, options.launcher.as_deref()).await?;
    let in_force = match &options.policy {
        Some(path) => InForce::named(path)?,
        None => InForce::beside(&options.file),
    };
    Ok(Inspection { examined, in_force })
}

/// Reads public keys, each from its file.
pub(crate) fn load_keys(paths: &[PathBuf]) -> Result<Vec<PublicKey>, KeyError> {
    paths.iter().map(|path: &PathBuf| PublicKey::load(path as &Path)).collect()
}
