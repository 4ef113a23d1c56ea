//! `temps-wasm uninstall`: a packed plugin and its policy out of a plugins folder. Its data stays, unless it is to go too.

mod data;
mod error;

pub use error::UninstallError;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use temps_plugin_bundle::Bundle;

use crate::ask::Ask;
use crate::inspect::policy_path;
use crate::terminal::plain;
use data::DataDir;

/// What is to be removed.
#[derive(Debug, Clone, Default)]
pub struct UninstallOptions {
    /// The name of the plugin's file.
    pub name: String,
    /// The folder that it is in.
    pub plugins_dir: PathBuf,
    /// The plugin's data directory, as Temps gives it.
    pub data_dir: Option<PathBuf>,
    /// Whether the data goes too; only with `data_dir`.
    pub purge: bool,
    /// Whether the policy stays.
    pub keep_policy: bool,
    /// Whether to ask nothing.
    pub yes: bool,
    /// Whether to say what would be done, and do nothing.
    pub dry_run: bool,
}

/// Removes a plugin, and says what was done, a line each. `show` gets what is about to be done, before anything is asked.
///
/// # Errors
///
/// [`UninstallError`]. If a file cannot be removed, those before it are gone: first the plugin, then its policy, then its data.
pub fn uninstall(
    options: &UninstallOptions,
    ask: &mut dyn Ask,
    show: &mut dyn FnMut(&str),
) -> Result<Vec<String>, UninstallError> {
    let target = find(options)?;
    let policy = Some(policy_path(&target)).filter(|policy| fs::symlink_metadata(policy).is_ok());
    let data = match (&options.data_dir, options.purge) {
        (Some(path), true) => Some(DataDir::lock(path)?),
        (Some(_) | None, _) => None,
    };
    show(&format!("removes    {}", plain(&target.display().to_string())));
    if let Some(policy) = &policy {
        let verb = if options.keep_policy { "keeps" } else { "removes" };
        show(&format!("{verb:<11}{}", plain(&policy.display().to_string())));
    }
    match (&data, &options.data_dir) {
        (Some(data), _) => show(&format!("removes    {}, all of its data", plain(&data.path().display().to_string()))),
        (None, Some(path)) => show(&format!("keeps      {}, its data", plain(&path.display().to_string()))),
        (None, None) => show("keeps      its data, which is in the folder that Temps gave it with --data-dir"),
    }
    if options.dry_run {
        return Ok(vec!["nothing was removed".to_owned()]);
    }
    if !options.yes {
        if !ask.is_there() {
            return Err(UninstallError::NobodyToAsk);
        }
        if !ask.ask(&format!("Remove {}?", plain(&options.name))).map_err(UninstallError::Ask)? {
            return Err(UninstallError::Declined);
        }
    }
    remove(&target)?;
    if let Some(policy) = policy.filter(|_| !options.keep_policy) {
        remove(&policy)?;
    }
    if let Some(data) = data {
        data.remove()?;
    }
    let name = plain(&options.name);
    Ok(vec![format!("removed {name}"), "one that runs goes on until Temps stops it".to_owned()])
}

/// The plugin's file, if it is one that is packed, whole or not.
fn find(options: &UninstallOptions) -> Result<PathBuf, UninstallError> {
    let name = &options.name;
    let target = options.plugins_dir.join(name);
    let missing = || UninstallError::Missing { name: name.clone(), folder: options.plugins_dir.clone() };
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\0']) {
        return Err(missing());
    }
    match fs::symlink_metadata(&target) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(missing()),
        Err(source) => Err(UninstallError::Remove { doing: "look at", path: target, source }),
        Ok(_) => match Bundle::open(&target) {
            Ok(Some(_)) => Ok(target),
            Err(error) if crate::verify::is_damage(&error) => Ok(target),
            Ok(None) | Err(_) => Err(UninstallError::NotOurs { path: target }),
        },
    }
}

fn remove(path: &Path) -> Result<(), UninstallError> {
    fs::remove_file(path).map_err(|source| UninstallError::Remove { doing: "remove", path: path.to_owned(), source })
}
