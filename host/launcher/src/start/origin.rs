//! Where the plugin comes from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use temps_plugin_bundle::{Bundle, Kind};

use crate::error::LaunchError;
use crate::program::beside;

/// The plugin, not loaded yet.
#[derive(Debug)]
pub(super) enum Origin {
    /// In this process's own executable. All that it needs is there.
    Bundle(Arc<Bundle>),
    /// A component in a file of its own.
    File(PathBuf),
}

/// What a bundle has to have. Code need not be there: the component can be compiled.
const NEEDED: [Kind; 2] = [Kind::MANIFEST, Kind::COMPONENT];

impl Origin {
    /// Finds the plugin: the bundle of this executable; else `<program>.wasm` beside the program as it was called, without following a symlink, so that a folder of
    /// symlinks can share one launcher; else what `--component` names.
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: no component, or a bundle that is not whole.
    pub(super) fn find(program: &OsStr, named: Option<PathBuf>) -> Result<Self, LaunchError> {
        match Bundle::of_this_executable()? {
            Some(bundle) => {
                if let Some(named) = named {
                    tracing::warn!(bundle = %bundle.path().display(), ignored = %named.display(), "--component is ignored: the binary has its plugin in itself");
                }
                Ok(Self::Bundle(Arc::new(complete(bundle)?)))
            }
            None => find_component(program, named).map(Self::File),
        }
    }

    /// The file that it is in.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Bundle(bundle) => bundle.path(),
            Self::File(path) => path,
        }
    }
}

fn complete(bundle: Bundle) -> Result<Bundle, LaunchError> {
    match NEEDED.into_iter().find(|kind| bundle.entries().all(|entry| entry.kind != *kind)) {
        None => Ok(bundle),
        Some(kind) => Err(LaunchError::NotInBundle { path: bundle.path().to_owned(), kind }),
    }
}

fn find_component(program: &OsStr, named: Option<PathBuf>) -> Result<PathBuf, LaunchError> {
    let beside = beside(program, "wasm");
    if beside.is_file() {
        if let Some(named) = named {
            tracing::warn!(component = %beside.display(), ignored = %named.display(), "--component is ignored: a component lies beside the binary");
        }
        return Ok(beside);
    }
    match named {
        Some(named) if named.is_file() => Ok(named),
        Some(named) => Err(LaunchError::NamedComponentMissing { named, looked_at: beside }),
        None => Err(LaunchError::NoComponent { looked_at: beside }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_component_beside_the_binary_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let (program, named) = (dir.path().join("my.plugin"), dir.path().join("other.wasm"));
        let looked_at = dir.path().join("my.plugin.wasm");

        let error = find_component(program.as_os_str(), None).unwrap_err();
        assert!(error.to_string().contains(&looked_at.display().to_string()), "{error}");
        let error = find_component(program.as_os_str(), Some(named.clone())).unwrap_err();
        assert!(error.to_string().contains("other.wasm") && error.to_string().contains("my.plugin.wasm"), "{error}");

        fs::write(&named, "").unwrap();
        assert_eq!(find_component(program.as_os_str(), Some(named.clone())).unwrap(), named);
        fs::write(&looked_at, "").unwrap();
        assert_eq!(find_component(program.as_os_str(), Some(named)).unwrap(), looked_at);
    }

    #[test]
    fn a_symlink_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (shared, plugin) = (dir.path().join("launcher"), dir.path().join("hello"));
        fs::write(&shared, "").unwrap();
        std::os::unix::fs::symlink(&shared, &plugin).unwrap();
        fs::write(dir.path().join("hello.wasm"), "").unwrap();
        assert_eq!(find_component(plugin.as_os_str(), None).unwrap(), dir.path().join("hello.wasm"));
    }
}
