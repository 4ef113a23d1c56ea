//! The plugins folder: what Temps takes from it, and how a component is put there.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

/// A file that Temps would start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// The file's name, which names the plugin's data folder as well.
    pub name: String,
    /// The file as Temps calls it: a symlink is not resolved.
    pub path: PathBuf,
}

/// Why the plugins folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}{}", path.display(), self.fix())]
pub struct FolderError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl FolderError {
    fn fix(&self) -> &'static str {
        if self.source.kind() == io::ErrorKind::NotFound { "; make it with `mkdir -p`, or name another" } else { "" }
    }

    fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { action, path, source }
    }
}

/// The files in `dir` that Temps would start, by name: regular files or symlinks to such, with any execute bit, whose name
/// does not begin with a dot. A link that leads nowhere is passed over.
///
/// # Errors
///
/// [`FolderError`] when the folder cannot be read.
pub fn executables(dir: &Path) -> Result<Vec<Binary>, FolderError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(FolderError::at("read the plugins folder", dir))? {
        let entry = entry.map_err(FolderError::at("read the plugins folder", dir))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let Ok(metadata) = fs::metadata(&path) else { continue };
        if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 && !name.starts_with('.') {
            found.push(Binary { name, path });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Puts a component into `dir` under `name`: a symlink to the launcher (a copy where links do not work), and the component
/// beside it as `<name>.wasm`, without an execute bit, so that Temps does not take it for a plugin.
///
/// What lay there under these names is replaced. The folder is made if it is missing.
///
/// # Errors
///
/// [`FolderError`] when a file cannot be written.
pub fn install(dir: &Path, name: &str, launcher: &Path, component: &Path) -> Result<Binary, FolderError> {
    let binary = install_packed(dir, name, launcher)?;
    let beside = dir.join(format!("{name}.wasm"));
    let bytes = fs::read(component).map_err(FolderError::at("read the component", component))?;
    fs::write(&beside, bytes).map_err(FolderError::at("write the component", &beside))?;
    // `write` keeps the mode of a file that was there.
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o644)).map_err(FolderError::at("set the mode of", &beside))?;
    Ok(binary)
}

/// Puts a packed plugin into `dir` under `name`: a symlink to it (a copy where links do not work). What lay there is replaced. The folder is made if
/// it is missing.
///
/// # Errors
///
/// [`FolderError`] when it cannot be done.
pub fn install_packed(dir: &Path, name: &str, executable: &Path) -> Result<Binary, FolderError> {
    fs::create_dir_all(dir).map_err(FolderError::at("make the plugins folder", dir))?;
    let executable = fs::canonicalize(executable).map_err(FolderError::at("find the executable", executable))?;

    let path = dir.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(FolderError::at("replace", &path)(error)),
        _ => {}
    }
    if symlink(&executable, &path).is_err() {
        fs::copy(&executable, &path).map_err(FolderError::at("copy the executable to", &path))?;
    }
    Ok(Binary { name: name.to_owned(), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path, name: &str, mode: u32) -> PathBuf {
        let path = dir.join(name);
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn takes_what_temps_takes() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        file(dir.path(), "zeta", 0o755);
        file(dir.path(), "alpha", 0o641);
        file(dir.path(), "alpha.wasm", 0o644);
        file(dir.path(), ".hidden", 0o755);
        fs::create_dir(dir.path().join("folder")).unwrap();
        symlink(file(elsewhere.path(), "target", 0o755), dir.path().join("link")).unwrap();
        symlink(elsewhere.path().join("gone"), dir.path().join("broken")).unwrap();

        let names: Vec<String> = executables(dir.path()).unwrap().into_iter().map(|binary| binary.name).collect();
        assert_eq!(names, ["alpha", "link", "zeta"]);
    }

    #[test]
    fn an_installed_component_is_no_plugin_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let launcher = file(dir.path(), "launcher", 0o755);
        let component = file(dir.path(), "my_plugin.wasm", 0o755);
        let plugins = dir.path().join("plugins");
        for _ in 0..2 {
            let binary = install(&plugins, "my-plugin", &launcher, &component).unwrap();
            assert_eq!(executables(&plugins).unwrap(), [binary]);
            assert_eq!(fs::read(plugins.join("my-plugin.wasm")).unwrap(), b"x");
            // The next round replaces files that somebody made executable.
            fs::set_permissions(plugins.join("my-plugin.wasm"), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    #[test]
    fn an_error_names_the_file() {
        let error = executables(Path::new("/nowhere/plugins")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/plugins"), "{error}");
    }
}
