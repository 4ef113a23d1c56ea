//! A new plugin: a crate that builds, tests, runs and packs as it is.
//!
//! ```text
//!  path ─▶ PluginName ┐
//!  flags, questions ─▶ Choices ┼─▶ render (templates/) ─▶ Destination (files, rustfmt, git) ─▶ Created
//!  this program, --sdk ─▶ Sdk ┘
//! ```
//!
//! Everything is checked before the first file is written: the name, the folder, and where the SDK is.
//! The templates are the files in `templates/`; `render.rs` says which of them make up a plugin.

mod choices;
mod destination;
mod error;
mod name;
mod render;
mod sdk;

pub use choices::{Choices, Template, Ui};
pub use destination::Vcs;
pub use error::NewError;
pub use name::{NameError, PluginName};
pub use sdk::{Sdk, SdkError};

use std::path::{Path, PathBuf};

use crate::ask::Ask;
use destination::Destination;
use render::{Surroundings, render};

/// What is asked for. What is `None` or `false` here is asked in a terminal, and has the default
/// elsewhere.
#[derive(Debug, Clone, Default)]
pub struct NewOptions {
    /// The crate's folder. It is made, or has to be empty.
    pub path: PathBuf,
    /// The plugin's name; without one, the folder's.
    pub name: Option<String>,
    /// What the plugin begins with.
    pub template: Option<Template>,
    /// Its user interface.
    pub ui: Option<Ui>,
    /// Whether it has a database.
    pub db: bool,
    /// Whether it takes events.
    pub events: bool,
    /// The SDK: a version, or a folder. Without one, it is looked for around this program.
    pub sdk: Option<String>,
    /// Version control; without it, git where that is there and has no repository around.
    pub vcs: Option<Vcs>,
    /// Whether nothing is asked.
    pub yes: bool,
}

/// A plugin that was made.
#[derive(Debug)]
pub struct Created {
    /// The plugin's name.
    pub name: PluginName,
    /// The crate's folder, as it was given.
    pub path: PathBuf,
    /// The files that were written, relative to the folder.
    pub files: Vec<&'static str>,
    /// What the author should know of the surroundings.
    pub notes: Vec<String>,
}

/// Makes a crate for a plugin.
///
/// # Errors
///
/// [`NewError`]. Before [`NewError::Write`] and [`NewError::Git`] nothing was written.
pub fn create(options: NewOptions, ask: &mut impl Ask) -> Result<Created, NewError> {
    let destination = Destination::check(&options.path)?;
    let name = match &options.name {
        Some(name) => PluginName::parse(name)?,
        None => PluginName::of_folder(&options.path)?,
    };
    let sdk = Sdk::find(options.sdk.as_deref())?;
    let choices = Choices::of(&options, &name, ask).map_err(NewError::Ask)?;
    let workspace = destination.workspace_above();
    let surroundings = Surroundings { sdk: &sdk, own_workspace: workspace.is_some() };
    let files = render(&name, choices, surroundings)?;
    let folders = files.iter().filter_map(|file| file.path.split_once('/')).map(|(folder, _)| folder);
    if folders.chain(["target"]).any(|folder| folder == name.as_str()) {
        return Err(NewError::NameOfFolder { name: name.as_str().to_owned() });
    }
    let ignored = options.vcs != Some(Vcs::None);
    let files: Vec<_> = files.into_iter().filter(|file| ignored || file.path != ".gitignore").collect();
    destination.write(&files)?;
    destination.start_repository(options.vcs)?;
    Ok(Created {
        name,
        path: options.path,
        files: files.iter().map(|file| file.path).collect(),
        notes: workspace.map(|manifest| beside_workspace(&manifest)).into_iter().collect(),
    })
}

fn beside_workspace(manifest: &Path) -> String {
    format!(
        "{} is a workspace above it: the plugin has a `[workspace]` table of its own; to make it a \
         member, remove that table and add its folder to `members` there",
        manifest.display()
    )
}

impl Created {
    /// The commands that an author runs next, one a line.
    #[must_use]
    pub fn next(&self) -> String {
        let program = program();
        let enter = match self.path.as_os_str().to_str() {
            Some("." | "./") => String::new(),
            path => format!("    cd {}\n", shell_word(path.unwrap_or("that folder"))),
        };
        format!(
            "next:\n{enter}    cargo test           # natively, without Temps\n    \
             {program} dev       # in a local Temps, at http://127.0.0.1:8081/\n    \
             {program} pack      # as one file, for Temps's plugins folder"
        )
    }
}

/// How this program is run from anywhere: by its name where `PATH` has it, else by its path.
fn program() -> String {
    const NAME: &str = "temps-wasm";
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder.join(NAME).is_file()) {
        return NAME.to_owned();
    }
    let this = std::env::current_exe().ok();
    this.as_deref().and_then(Path::to_str).map_or_else(|| NAME.to_owned(), shell_word)
}

/// A word as a shell takes it.
fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-' | '+' | ',' | ':' | '@' | '=');
    if !word.is_empty() && word.chars().all(plain) && !word.starts_with('-') {
        return word.to_owned();
    }
    // An escape sequence in a path would be the terminal's to follow.
    let shown: String = word.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    format!("'{}'", shown.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_words_of_a_shell() {
        for (path, word) in [
            ("my-plugin", "my-plugin"),
            ("../a/b_c.d", "../a/b_c.d"),
            ("my plugin", "'my plugin'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("a\u{1b}[31m", "'a?[31m'"),
        ] {
            assert_eq!(shell_word(path), word);
        }
    }
}
