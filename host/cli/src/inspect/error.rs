use std::io;
use std::path::PathBuf;

use temps_plugin_bundle::{BundleError, KeyError, VerifyError};
use temps_plugin_policy::PolicyError;
use temps_plugin_runtime::DescribeError;
use temps_plugin_runtime::ui::SectionError;

use crate::launcher::{LauncherError, PrepareError};
use crate::subject::SubjectError;

/// Why a plugin cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// There is nothing to look at.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// A crate, which is no plugin yet.
    #[error("{} is a crate: `temps-wasm pack` makes a plugin of it", path.display())]
    Crate {
        /// Its folder.
        path: PathBuf,
    },
    /// The file is not packed, where it has to be.
    #[error("{} is not packed: `temps-wasm pack` makes a plugin of a component or a crate", path.display())]
    NotPacked {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The bundle is not whole.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A public key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// None of the keys signed it.
    #[error(transparent)]
    Signature(VerifyError),
    /// There is no description in it.
    #[error("{} does not say what it is: pack it again with this version's temps-wasm", path.display())]
    NotDescribed {
        /// The file.
        path: PathBuf,
    },
    /// The description cannot be used: a start with it is refused too.
    #[error("{}: {source}", path.display())]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: DescribeError,
    },
    /// The user interface cannot be used: a start with it is refused too, unless the limits are others.
    #[error("the user interface in {} is not valid: {source}", path.display())]
    Ui {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SectionError,
    },
    /// There is no launcher that could ask the component.
    #[error(transparent)]
    Launcher(#[from] LauncherError),
    /// The launcher did not take the component.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The policy file that was named cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}
