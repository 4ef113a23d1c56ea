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
pub use wish::{ConfigWish, GrantWish, NoConfigWish, NoWish};

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use temps_plugin_protocol::ConfigKey;

use crate::ask::Ask;
use crate::inspect::examine_packed;
use crate::launcher::Style;
use crate::terminal::plain;
use plan::Plan;
use policy_text::{Additions, ConfigValue};
use staged::Staged;

/// The permissions of a plugin: for everybody, and to be changed by its owner.
const PLUGIN_MODE: u32 = 0o755;

/// The permissions of a new policy. One that is there keeps its own.
const POLICY_MODE: u32 = 0o644;

/// The permissions of a new policy with a secret in it.
const SECRET_POLICY_MODE: u32 = 0o600;

/// Those bits of a mode that let others than owner and group read.
const OTHERS_READ: u32 = 0o004;

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
    /// The values of keys that the plugin declares and that are no secrets. One that the policy has is overwritten.
    pub values: Vec<ConfigWish>,
    /// Whether to ask nothing: what is not in `grants` is not granted then.
    pub yes: bool,
    /// Whether to say what would be done, and do nothing.
    pub dry_run: bool,
    /// Files of public keys, of which one has to have signed the plugin.
    pub keys: Vec<PathBuf>,
    /// Whether the key of `keys` that signed the plugin is written into the policy, so that no other may sign it from then on.
    pub trust: bool,
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
        let Additions { grants, values, trusted: _ } = asked(&plan, ask)?;
        plan.added.grants.extend(grants);
        plan.added.values.extend(values);
    }
    let after = plan.policy_after()?;
    let mode = apply(&plan, options, after.text.as_deref())?;
    let manifest = &plan.examined.description.manifest;
    let mut notes = vec![
        format!("installed {} {} as {}", plain(&manifest.name), plain(&manifest.version), plan.target.display()),
        match plan.replaced.is_some() {
            true => "Temps has to restart it: one that runs keeps its old file and policy".to_owned(),
            false => "Temps starts it when it loads its plugins next".to_owned(),
        },
    ];
    if mode & OTHERS_READ != 0 && plan.added.values.iter().any(|value| value.secret) {
        notes.push(format!("others may read {}, which has a secret now: chmod o-r it", plan.policy_path.display()));
    }
    if mode == SECRET_POLICY_MODE && is_roots_alone(&plan.policy_path, &options.plugins_dir) {
        notes.push(format!(
            "root alone may read {}: give it to the user that Temps runs as, with `chown USER {0}`",
            plan.policy_path.display()
        ));
    }
    notes.extend(plan.lacks(&after));
    Ok(Installed { path: plan.target, notes })
}

/// What the operator grants when asked, which is only about what is new, and the values that the plugin
/// requires and the policy lacks.
fn asked(plan: &Plan, ask: &mut dyn Ask) -> Result<Additions, InstallError> {
    let open = plan.open();
    if !ask.is_there() {
        let grants = open.iter().map(|wanted| format!("--grant 'network={}'", wanted.origin)).collect();
        return Err(InstallError::NobodyToAsk { grants });
    }
    let mut added = Additions::default();
    for wanted in open {
        if ask.ask(&format!("Grant {}?", wanted.origin)).map_err(InstallError::Ask)? {
            added.grants.push(wanted.origin.clone());
        }
    }
    for ConfigKey { name, description, secret, .. } in plan.missing() {
        let hidden = if *secret { ", which is not shown" } else { "" };
        let question = format!("Value of {name} ({}){hidden}, or nothing to set it later:", plain(description));
        let value = ask.ask_value(&question, *secret).map_err(InstallError::Ask)?;
        if !value.is_empty() {
            added.values.push(ConfigValue { key: name.clone(), value, secret: *secret });
        }
    }
    let manifest = &plan.examined.description.manifest;
    let plugin = format!("{} {}", plain(&manifest.name), plain(&manifest.version));
    if ask.ask(&format!("Install {plugin} as {}?", plan.target.display())).map_err(InstallError::Ask)? {
        Ok(added)
    } else {
        Err(InstallError::Declined)
    }
}

/// Whether a file is root's, in a folder that is somebody else's.
fn is_roots_alone(file: &Path, folder: &Path) -> bool {
    let owner = |path: &Path| fs::metadata(path).map(|found| found.uid()).ok();
    owner(file) == Some(0) && owner(folder).is_some_and(|owner| owner != 0)
}

/// Writes everything to temporary files beside the targets, and renames them once all is on the disk.
/// The mode of the policy is given back.
fn apply(plan: &Plan, options: &InstallOptions, policy: Option<&str>) -> Result<u32, InstallError> {
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
    let has_secret = plan.added.values.iter().any(|value| value.secret);
    let (mode, owner) = match fs::symlink_metadata(&plan.policy_path) {
        Ok(metadata) => staged::mode_and_owner(&metadata),
        Err(_) => (if has_secret { SECRET_POLICY_MODE } else { POLICY_MODE }, None),
    };
    let Some(text) = policy else { return plugin.commit().map(|()| mode) };
    let write = |text: &str| {
        Staged::new(&plan.policy_path, mode, |file| {
            staged::give(file, owner);
            io::Write::write_all(file, text.as_bytes())
        })
    };
    write(text)?.commit()?;
    let committed = plugin.commit().inspect_err(|_| {
        // The error counts. Grants that were added for what is not there are taken back if that can be done.
        let _ = match &plan.policy_before {
            Some(before) => write(before).and_then(Staged::commit),
            None => fs::remove_file(&plan.policy_path).map_err(|source| staged::failed("remove", &plan.policy_path)(source)),
        };
    });
    committed.map(|()| mode)
}
