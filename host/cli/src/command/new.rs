use std::path::PathBuf;

use clap::Args;

use super::{CommandError, note, print};
use crate::ask::Terminal;
use crate::new::{NewOptions, Template, Ui, Vcs, create};

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The folder to make; its name is the plugin's
    path: PathBuf,
    /// The plugin's name, if it is not the folder's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What the plugin begins with [default: minimal]
    #[arg(long, value_name = "minimal|full", hide_possible_values = true)]
    template: Option<Template>,
    /// The user interface [default: none; of full: plain]
    #[arg(long, value_name = "none|plain|react", hide_possible_values = true)]
    ui: Option<Ui>,
    /// With a database, which `full` always has
    #[arg(long)]
    db: bool,
    /// With a handler for events, which `full` always has
    #[arg(long)]
    events: bool,
    /// The SDK to depend on: its folder, or a version [default: the SDK that belongs to this
    /// temps-wasm]
    ///
    /// It is the folder `guest-sdk` of the release archive or checkout that this program lies in, and
    /// Cargo.toml has its absolute path.
    #[arg(long, value_name = "PATH|VERSION")]
    sdk: Option<String>,
    /// Version control [default: git, unless there is a repository around]
    #[arg(long, value_name = "git|none", hide_possible_values = true)]
    vcs: Option<Vcs>,
    /// Ask nothing; what is not given has its default
    #[arg(short, long)]
    yes: bool,
}

impl NewArguments {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let Self { path, name, template, ui, db, events, sdk, vcs, yes } = self;
        let created = create(NewOptions { path, name, template, ui, db, events, sdk, vcs, yes }, &mut Terminal)?;
        note(&format!("created the plugin `{}`: {}", created.name, created.files.join(", ")));
        created.notes.iter().for_each(|line| note(line));
        print(&created.path.display().to_string())?;
        note(&created.next());
        Ok(())
    }
}
