use std::fs;
use std::path::{Path, PathBuf};

use temps_plugin_bundle::{Bundle, BundleError, WriteError};

use super::PackError;
use crate::launcher::{LauncherError, Machine, find_launcher};

/// The launchers that take part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Launchers {
    /// The one that becomes the executable.
    pub(super) packed: PathBuf,
    /// Its length.
    pub(super) bytes: u64,
    /// The one that runs here: the same, if it can.
    pub(super) preparing: PathBuf,
    /// The machine of the one that is packed, if that is another than this.
    pub(super) foreign: Option<Machine>,
}

impl Launchers {
    pub(super) fn choose(given: Option<&Path>) -> Result<Self, PackError> {
        let packed = find_launcher(given)?;
        plain(&packed)?;
        let failed = |source| WriteError::Launcher { path: packed.clone(), source };
        let bytes = fs::metadata(&packed).map_err(failed)?.len();
        let machine = Machine::of(&packed).map_err(failed)?;
        let machine = machine.ok_or_else(|| PackError::NotALauncher { path: packed.clone() })?;
        if Machine::here() == Some(machine) {
            return Ok(Self { preparing: packed.clone(), packed, bytes, foreign: None });
        }
        let none = |_: LauncherError| PackError::NoneHere { path: packed.clone(), machine };
        let preparing = find_launcher(None).map_err(none)?;
        plain(&preparing)?;
        Ok(Self { packed, bytes, preparing, foreign: Some(machine) })
    }
}

/// Checks that nothing was packed with it.
fn plain(launcher: &Path) -> Result<(), PackError> {
    let path = || launcher.to_owned();
    match Bundle::open(launcher) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(WriteError::HasBundle { path: path() }.into()),
        Err(error @ BundleError { .. }) => Err(WriteError::HasBrokenBundle(error).into()),
    }
}
