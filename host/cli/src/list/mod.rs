//! `temps-wasm list`: the packed plugins in a plugins folder.

mod shown;

use std::path::{Path, PathBuf};

use temps_plugin_bundle::{Bundle, BundleError};
use temps_plugin_policy::IncompletePolicy;

use crate::inspect::{Beside, Examined, INCOMPLETE, InspectError, Wanted, covering, examine_packed, policy_path};
use crate::temps::{Binary, FolderError, executables};

/// What is in a plugins folder.
#[derive(Debug)]
pub struct Listed {
    plugins: Vec<Row>,
    /// Files that Temps would start, and that are no packed plugins.
    others: usize,
}

/// A packed plugin.
#[derive(Debug)]
struct Row {
    file: String,
    path: PathBuf,
    bytes: u64,
    /// Or why it does not run.
    examined: Result<Examined, String>,
    policy: Beside,
    /// What it requires and its policy does not set.
    incomplete: Option<IncompletePolicy>,
}

impl Row {
    /// A word for its policy.
    fn policy_state(&self) -> &'static str {
        if self.incomplete.is_some() { INCOMPLETE } else { self.policy.state() }
    }

    /// How many of the origins that it asks for are granted, and how many it asks for.
    fn network(&self) -> (usize, usize) {
        let wanted = self.examined.as_ref().map(|examined| Wanted::all(&examined.description.network)).unwrap_or_default();
        let granted =
            |wanted: &&Wanted| self.policy.policy().is_some_and(|policy| covering(policy.network(), &wanted.origin).is_some());
        (wanted.iter().filter(granted).count(), wanted.len())
    }
}

/// Looks at each file in `plugins_dir` that Temps would start. All of a packed plugin is read, to check it.
///
/// # Errors
///
/// [`FolderError`] when the folder cannot be read. A plugin that is not whole is none.
pub fn list(plugins_dir: &Path) -> Result<Listed, FolderError> {
    let mut listed = Listed { plugins: Vec::new(), others: 0 };
    for Binary { name, path } in executables(plugins_dir)? {
        let examined = match Bundle::open(&path) {
            Ok(None) => {
                listed.others += 1;
                continue;
            }
            Err(error) if !may_be_packed(&error) => {
                listed.others += 1;
                continue;
            }
            Ok(Some(_)) | Err(_) => examine_packed(&path, &[]).map_err(|error: InspectError| error.to_string()),
        };
        let bytes = path.metadata().map_or(0, |metadata| metadata.len());
        let policy_path = policy_path(&path);
        let policy = Beside::at(&policy_path);
        let described = examined.as_ref().ok().map(|examined| &examined.description);
        let incomplete = described.and_then(|description| policy.incomplete(&policy_path, description));
        listed.plugins.push(Row { file: name, path, bytes, examined, policy, incomplete });
    }
    Ok(listed)
}

/// Whether a file that cannot be read as a bundle is one nevertheless.
fn may_be_packed(error: &BundleError) -> bool {
    use temps_plugin_bundle::Fault;
    !matches!(error.fault, Fault::Open(_) | Fault::NotAFile | Fault::ReadFile(_))
}
