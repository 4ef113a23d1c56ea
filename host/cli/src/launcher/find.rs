use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The file name of the launcher.
pub const LAUNCHER: &str = "temps-launcher";

/// Why there is no launcher to use.
#[derive(Debug, thiserror::Error)]
pub enum LauncherError {
    /// There is none.
    #[error(
        "cannot find {LAUNCHER}: it is neither beside temps-wasm nor in PATH; it lies in the release archive's `bin`, and \
         `cargo build -p temps-launcher` builds it in a checkout; or give its path with --launcher"
    )]
    NotFound,
    /// The launcher that was named cannot be executed.
    #[error("--launcher {} is {found}", path.display())]
    Unusable {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        found: &'static str,
    },
}

/// The launcher's path: `given` if it is, else the file beside this program's own, else the first in `PATH`.
///
/// # Errors
///
/// [`LauncherError`].
pub fn find_launcher(given: Option<&Path>) -> Result<PathBuf, LauncherError> {
    if let Some(path) = given {
        return match problem(path) {
            None => Ok(path.to_owned()),
            Some(found) => Err(LauncherError::Unusable { path: path.to_owned(), found }),
        };
    }
    let beside = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|dir| dir.join(LAUNCHER))
        .find(|candidate| problem(candidate).is_none())
        .ok_or(LauncherError::NotFound)
}

fn problem(path: &Path) -> Option<&'static str> {
    match fs::metadata(path) {
        Err(_) => Some("not there"),
        Ok(metadata) if !metadata.is_file() => Some("not a file"),
        Ok(metadata) if metadata.permissions().mode() & 0o111 == 0 => Some("not executable"),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_has_to_be_executable() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("launcher");
        let found = |path: &Path| match find_launcher(Some(path)) {
            Err(LauncherError::Unusable { found, .. }) => found,
            other => panic!("{other:?}"),
        };
        assert_eq!(found(&file), "not there");
        assert_eq!(found(dir.path()), "not a file");
        fs::write(&file, "").unwrap();
        assert_eq!(found(&file), "not executable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find_launcher(Some(&file)).unwrap(), file);
    }
}
