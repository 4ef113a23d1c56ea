//! `temps-wasm install`: a packed plugin and its policy into a plugins folder.
//!
//! ```text
//!  file ─▶ examine ─▶ plan: what is there, what is new, what is granted ─▶ ask ─▶ temporary files, checked again ─▶ rename
//! ```
//!
//! The policy is put in place before the plugin, so that the plugin never starts without it. A policy that is there is kept: grants are added, and nothing is taken
//! away. Two installs at once into the same names end as one of them.

mod error;
mod plan;
mod policy_text;
mod staged;
#[cfg(test)]
mod tests;
mod text;
mod wish;

pub use error::InstallError;
pub use wish::{GrantWish, NoWish};

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use temps_plugin_policy::network::Grant;

use crate::ask::Ask;
use crate::inspect::examine_packed;
use crate::launcher::Style;
use crate::terminal::plain;
use plan::Plan;
use staged::Staged;

/// The permissions of a plugin: for everybody, and to be changed by its owner.
const PLUGIN_MODE: u32 = 0o755;

/// The permissions of a new policy. One that is there keeps its own.
const POLICY_MODE: u32 = 0o644;

/// What is to be installed, and how.
#[derive(Debug, Clone, Default)]
pub struct InstallOptions {
    /// The packed plugin.
    pub file: PathBuf,
    /// The folder that Temps looks for plugins in.
    pub plugins_dir: PathBuf,
    /// The file's name there. Default the plugin's name.
    pub name: Option<String>,
    /// What is granted without a question.
    pub grants: Vec<GrantWish>,
    /// Whether to ask nothing: what is not in `grants` is not granted then.
    pub yes: bool,
    /// Whether to say what would be done, and do nothing.
    pub dry_run: bool,
    /// Files of public keys, of which one has to have signed the plugin.
    pub keys: Vec<PathBuf>,
    /// Whether a file of the name that is no packed plugin, such as a native one, is replaced.
    pub replace: bool,
}

/// A plugin that was installed, or would be.
#[derive(Debug)]
pub struct Installed {
    /// Its file.
    pub path: PathBuf,
    /// What to tell of it, a line each.
    pub notes: Vec<String>,
}

/// Installs a plugin. `show` gets what is about to be done, before anything is asked.
///
/// # Errors
///
/// [`InstallError`]. What was in the folder is as it was then.
pub fn install(
    options: &InstallOptions,
    style: Style,
    ask: &mut dyn Ask,
    show: &mut dyn FnMut(&str),
) -> Result<Installed, InstallError> {
    let mut plan = Plan::new(options)?;
    show(&plan.text(style, options.dry_run));
    if options.dry_run {
        return Ok(Installed { path: plan.target, notes: vec!["nothing was written".to_owned()] });
    }
    if !options.yes {
        let added = asked(&plan, ask)?;
        plan.added.extend(added);
    }
    apply(&plan, options)?;
    let manifest = &plan.examined.description.manifest;
    let notes = vec![
        format!("installed {} {} as {}", plain(&manifest.name), plain(&manifest.version), plan.target.display()),
        match plan.replaced.is_some() {
            true => "Temps has to restart it: one that runs keeps its old file and policy".to_owned(),
            false => "Temps starts it when it loads its plugins next".to_owned(),
        },
    ];
    Ok(Installed { path: plan.target, notes })
}

/// What the operator grants when asked, which is only about what is new.
fn asked(plan: &Plan, ask: &mut dyn Ask) -> Result<Vec<Grant>, InstallError> {
    let open = plan.open();
    if !ask.is_there() {
        let grants = open.iter().map(|wanted| format!("--grant 'network={}'", wanted.origin)).collect();
        return Err(InstallError::NobodyToAsk { grants });
    }
    let mut granted = Vec::new();
    for wanted in open {
        if ask.ask(&format!("Grant {}?", wanted.origin)).map_err(InstallError::Ask)? {
            granted.push(wanted.origin.clone());
        }
    }
    let manifest = &plan.examined.description.manifest;
    let plugin = format!("{} {}", plain(&manifest.name), plain(&manifest.version));
    if ask.ask(&format!("Install {plugin} as {}?", plan.target.display())).map_err(InstallError::Ask)? {
        Ok(granted)
    } else {
        Err(InstallError::Declined)
    }
}

/// Writes everything to temporary files beside the targets, and renames them once all is on the disk.
fn apply(plan: &Plan, options: &InstallOptions) -> Result<(), InstallError> {
    let plugin = Staged::new(&plan.target, PLUGIN_MODE, |file| {
        let mut source = File::open(&options.file)?;
        io::copy(&mut source, file).map(drop)
    })?;
    // What was looked at and what is put in place are the same, whoever wrote to the file meanwhile.
    let copied = examine_packed(plugin.path(), &plan.keys).map_err(|_| InstallError::Changed { path: options.file.clone() })?;
    if (&copied.sha256, &copied.description) != (&plan.examined.sha256, &plan.examined.description) {
        return Err(InstallError::Changed { path: options.file.clone() });
    }
    plan.check_trust(plugin.path())?;
    let Some(text) = plan.policy_text()? else { return plugin.commit() };
    let (mode, owner) = match fs::symlink_metadata(&plan.policy_path) {
        Ok(metadata) => staged::mode_and_owner(&metadata),
        Err(_) => (POLICY_MODE, None),
    };
    let write = |text: &str| {
        Staged::new(&plan.policy_path, mode, |file| {
            staged::give(file, owner);
            io::Write::write_all(file, text.as_bytes())
        })
    };
    write(&text)?.commit()?;
    plugin.commit().inspect_err(|_| {
        // The error counts. Grants that were added for what is not there are taken back if that can be done.
        let _ = match &plan.policy_before {
            Some(before) => write(before).and_then(Staged::commit),
            None => fs::remove_file(&plan.policy_path).map_err(|source| staged::failed("remove", &plan.policy_path)(source)),
        };
    })
}
