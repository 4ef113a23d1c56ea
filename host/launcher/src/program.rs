//! The program as it was called, and what lies beside it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// `<name>.<extension>` beside the program as it was called, without following a symlink, so that a folder of symlinks can share one launcher. It need not be
/// there.
pub(crate) fn beside(program: &OsStr, extension: &str) -> PathBuf {
    let mut path = OsString::from(called_as(program));
    path.push(".");
    path.push(extension);
    PathBuf::from(path)
}

/// The program's path as it was called. A bare name was found through `PATH`, so it is looked up there again.
fn called_as(program: &OsStr) -> PathBuf {
    let program = Path::new(program);
    if program.components().count() > 1 || program.is_absolute() {
        return program.to_owned();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.or_else(|| std::env::current_exe().ok()).unwrap_or_else(|| program.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_is_looked_up_in_path() {
        assert_eq!(called_as(OsStr::new("sh")).file_name().unwrap(), "sh");
        assert!(called_as(OsStr::new("sh")).is_absolute());
        assert_eq!(called_as(OsStr::new("./sh")), Path::new("./sh"));
    }

    #[test]
    fn an_extension_is_added_to_the_whole_name() {
        assert_eq!(beside(OsStr::new("/plugins/my.plugin"), "toml"), Path::new("/plugins/my.plugin.toml"));
        assert_eq!(beside(OsStr::new("./hello"), "wasm"), Path::new("./hello.wasm"));
    }
}
