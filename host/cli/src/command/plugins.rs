use std::path::PathBuf;

use clap::Args;

use super::{CommandError, note, print};
use crate::ask::Terminal;
use crate::inspect::{InspectOptions, inspect};
use crate::install::{ConfigWish, GrantWish, InstallOptions, install};
use crate::launcher::Style;
use crate::list::list;
use crate::uninstall::{UninstallOptions, uninstall};

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// The packed plugin, or a component (.wasm)
    file: PathBuf,
    /// The policy to look at it under [default: FILE.toml beside it, if there is one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The file of a public key that may have signed it; may be repeated
    #[arg(long = "key", value_name = "PUB")]
    keys: Vec<PathBuf>,
    /// The launcher that asks a component [default: temps-launcher beside this program or in PATH]
    #[arg(long, value_name = "PATH")]
    launcher: Option<PathBuf>,
    /// A line of JSON
    #[arg(long)]
    json: bool,
}

impl InspectArguments {
    pub(super) async fn run(self) -> Result<(), CommandError> {
        let Self { file, policy, keys, launcher, json } = self;
        let inspection = inspect(InspectOptions { file, policy, keys, launcher }).await?;
        print(&if json { inspection.json() } else { inspection.text(Style::of_stdout()) })?;
        inspection.policy_fault().map_or(Ok(()), |fault| Err(CommandError::PolicyBeside(fault)))
    }
}

#[derive(Debug, Args)]
pub(super) struct InstallArguments {
    /// The packed plugin
    file: PathBuf,
    /// The folder that Temps looks for plugins in
    #[arg(long, value_name = "DIR")]
    plugins_dir: PathBuf,
    /// The file's name there [default: the plugin's name]
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// Grant network=ORIGIN, or all that the plugin asks for; may be repeated
    #[arg(long = "grant", value_name = "GRANT")]
    grants: Vec<GrantWish>,
    /// Set a key of its configuration that is no secret; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    values: Vec<ConfigWish>,
    /// Ask nothing; what --grant does not name is not granted
    #[arg(short, long)]
    yes: bool,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The file of a public key that has to have signed it; may be repeated, for one of several
    #[arg(long = "key", value_name = "PUB")]
    keys: Vec<PathBuf>,
    /// Write the key of --key that signed it into the policy: from then on it starts only as long as that key signed it
    #[arg(long, requires = "keys")]
    trust: bool,
    /// Put it in the place of a file that is no packed plugin, such as a native one
    #[arg(long)]
    replace: bool,
}

impl InstallArguments {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let Self { file, plugins_dir, name, grants, values, yes, dry_run, keys, trust, replace } = self;
        let options = InstallOptions { file, plugins_dir, name, grants, values, yes, dry_run, keys, trust, replace };
        let installed = install(&options, Style::of_stderr(), &mut Terminal, &mut note)?;
        installed.notes.iter().for_each(|line| note(line));
        print(&installed.path.display().to_string())
    }
}

#[derive(Debug, Args)]
pub(super) struct UninstallArguments {
    /// The name of the plugin's file
    name: String,
    /// The folder that it is in
    #[arg(long, value_name = "DIR")]
    plugins_dir: PathBuf,
    /// The plugin's data directory, as Temps gives it with --data-dir
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Remove the data directory too
    #[arg(long, requires = "data_dir")]
    purge: bool,
    /// Leave the policy, for a plugin that comes back
    #[arg(long)]
    keep_policy: bool,
    /// Ask nothing
    #[arg(short, long)]
    yes: bool,
    /// Say what would be done, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

impl UninstallArguments {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let Self { name, plugins_dir, data_dir, purge, keep_policy, yes, dry_run } = self;
        let options = UninstallOptions { name, plugins_dir, data_dir, purge, keep_policy, yes, dry_run };
        uninstall(&options, &mut Terminal, &mut note)?.iter().for_each(|line| note(line));
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// The folder that Temps looks for plugins in
    #[arg(long, value_name = "DIR")]
    plugins_dir: PathBuf,
    /// A line of JSON
    #[arg(long)]
    json: bool,
}

impl ListArguments {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let listed = list(&self.plugins_dir)?;
        print(&if self.json { listed.json() } else { listed.text(Style::of_stdout()) })
    }
}
