use std::fs;
use std::path::{Path, PathBuf};

use super::PackError;

/// Where the executable goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Output {
    File(PathBuf),
    /// Under the plugin's name.
    Into(PathBuf),
}

impl Output {
    pub(super) fn new(given: Option<PathBuf>) -> Result<Self, PackError> {
        let Some(path) = given else { return Ok(Self::Into(PathBuf::new())) };
        if path.is_dir() {
            return Ok(Self::Into(path));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A name with a slash at its end is that of a folder.
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") || !folder.is_dir() {
            let folder = if folder.is_dir() { path } else { folder.to_owned() };
            return Err(PackError::NoFolder { path: folder });
        }
        Ok(Self::File(path))
    }

    /// The file for the plugin with this name, which may be anything. It is none of `inputs`.
    pub(super) fn file<'a>(self, name: &str, inputs: impl IntoIterator<Item = &'a Path>) -> Result<PathBuf, PackError> {
        let path = match self {
            Self::File(path) => path,
            Self::Into(folder) => {
                // Temps passes over names that begin with a dot.
                if name.starts_with('.') || name.contains(['/', '\0']) || name.is_empty() {
                    return Err(PackError::NoName { name: name.to_owned() });
                }
                folder.join(name)
            }
        };
        if path.is_dir() {
            return Err(PackError::IsFolder { path });
        }
        if let Some(input) = inputs.into_iter().find(|input| are_same(input, &path)) {
            return Err(PackError::IsInput { path: input.to_owned() });
        }
        Ok(path)
    }
}

/// Whether writing to `target` replaces `input`: a link at `target` is replaced, and what it leads to is not.
fn are_same(input: &Path, target: &Path) -> bool {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let replaced = fs::canonicalize(folder).ok().zip(target.file_name()).map(|(folder, name)| folder.join(name));
    replaced.is_some() && replaced == fs::canonicalize(input).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_folder_gets_a_file_of_the_plugins_name() {
        let dir = tempfile::tempdir().unwrap();
        let folder = || Output::new(Some(dir.path().to_owned())).unwrap();
        assert_eq!(folder().file("greeter", []).unwrap(), dir.path().join("greeter"));
        assert_eq!(Output::new(None).unwrap().file("greeter", []).unwrap(), Path::new("greeter"));
        for name in ["", ".hidden", "..", "a/b", "/etc/passwd", "a\0"] {
            assert!(matches!(folder().file(name, []), Err(PackError::NoName { .. })), "{name:?}");
        }
        fs::create_dir(dir.path().join("greeter")).unwrap();
        assert!(matches!(folder().file("greeter", []), Err(PackError::IsFolder { .. })));
    }

    #[test]
    fn a_file_has_its_own_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mine");
        assert_eq!(Output::new(Some(path.clone())).unwrap().file("greeter", []).unwrap(), path);
        for missing in ["none/mine", "none/"] {
            let refused = Output::new(Some(dir.path().join(missing)));
            assert!(matches!(&refused, Err(PackError::NoFolder { path }) if *path == dir.path().join("none")), "{refused:?}");
        }
        assert_eq!(Output::new(Some("mine".into())).unwrap(), Output::File("mine".into()));
    }

    #[test]
    fn no_input_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let (launcher, link) = (dir.path().join("launcher"), dir.path().join("link"));
        fs::write(&launcher, "").unwrap();
        symlink(&launcher, &link).unwrap();
        let made = |target: &Path, input: &Path| Output::File(target.to_owned()).file("", [input]);
        let refused = made(&dir.path().join("./launcher"), &link);
        assert!(matches!(&refused, Err(PackError::IsInput { path }) if *path == link), "{refused:?}");
        assert_eq!(made(&link, &launcher).unwrap(), link, "links to one launcher become plugins of their own");
    }
}
