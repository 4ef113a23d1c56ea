use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::DevError;

/// The file name of the launcher.
pub const LAUNCHER: &str = "temps-launcher";

/// The launcher's path: `given` if it is, else the file beside this program's own, else the first in `PATH`.
///
/// # Errors
///
/// [`DevError::Launcher`] when what was given cannot be executed, [`DevError::NoLauncher`] when nothing was found.
pub fn find_launcher(given: Option<&Path>) -> Result<PathBuf, DevError> {
    if let Some(path) = given {
        return match problem(path) {
            None => Ok(path.to_owned()),
            Some(found) => Err(DevError::Launcher { path: path.to_owned(), found }),
        };
    }
    let beside = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|dir| dir.join(LAUNCHER))
        .find(|candidate| problem(candidate).is_none())
        .ok_or(DevError::NoLauncher)
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
            Err(DevError::Launcher { found, .. }) => found,
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
