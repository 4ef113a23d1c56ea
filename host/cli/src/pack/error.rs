use std::io;
use std::path::PathBuf;

use temps_plugin_bundle::{BundleError, KeyError, WriteError};
use temps_plugin_runtime::ui::SectionError;

use crate::build::BuildError;
use crate::launcher::{LauncherError, Machine, PrepareError};
use crate::subject::SubjectError;
use crate::terminal::plain;

/// Why nothing was packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// There is nothing to pack at the path.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The crate was not built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// What is given is packed.
    #[error("{} is packed already: `temps-wasm unpack` gives its component, which can be packed again", path.display())]
    Packed {
        /// The file.
        path: PathBuf,
    },
    /// The component cannot be read.
    #[error("cannot read the component {}: {source}", path.display())]
    Component {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The component became another one.
    #[error("{} changed while it was packed: pack it again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The executable that was made cannot be read.
    #[error(transparent)]
    Unreadable(BundleError),
    /// There is no launcher.
    #[error(transparent)]
    Launcher(#[from] LauncherError),
    /// What is given as the launcher is something else.
    #[error("the launcher {} is no program for 64-bit Linux (ELF)", path.display())]
    NotALauncher {
        /// The file.
        path: PathBuf,
    },
    /// The launcher cannot be run here, and there is none that can.
    #[error(
        "the launcher {} is for {machine}, so another one has to describe the plugin, and there is no temps-launcher beside temps-wasm or in \
         PATH: build it with `cargo build -p temps-launcher` in the checkout that temps-wasm comes from",
        path.display()
    )]
    NoneHere {
        /// The launcher that was given.
        path: PathBuf,
        /// What it is for.
        machine: Machine,
    },
    /// The launcher did not prepare the component.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// What the launcher says of the plugin is not understood.
    #[error(
        "the launcher {} describes the plugin in a form that is not known here: give one of the version of temps-wasm",
        launcher.display()
    )]
    NotDescribed {
        /// The launcher.
        launcher: PathBuf,
    },
    /// What the launcher gave as the plugin's user interface is not understood.
    #[error("the launcher {} gives the user interface in a form that is not known here: {source}", launcher.display())]
    Interface {
        /// The launcher.
        launcher: PathBuf,
        /// What is wrong with it.
        source: SectionError,
    },
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The folder for the executable is not there.
    #[error("there is no folder {}: make it, or choose another with -o", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A folder has the name that the executable would have.
    #[error("{0} is a folder: `-o {0}/` puts the plugin into it, or choose another file with -o", path.display())]
    IsFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The plugin's name cannot be that of a file in a plugins folder.
    #[error("no file can have the plugin's name, `{}`: choose one with -o", plain(name))]
    NoName {
        /// The name.
        name: String,
    },
    /// The executable would take the place of something that it is made of.
    #[error("{} would be overwritten: choose another file with -o", path.display())]
    IsInput {
        /// The component, the launcher or the key.
        path: PathBuf,
    },
    /// The executable cannot be made.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The executable is not there after it was made.
    #[error("cannot find {} after it was written: {source}", path.display())]
    Written {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
