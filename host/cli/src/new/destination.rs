use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ValueEnum;
use toml::Table;

use super::NewError;
use super::render::Rendered;

/// Which version control a new crate begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vcs {
    /// A git repository.
    Git,
    /// None, and no `.gitignore`.
    None,
}

/// What version control leaves at the top of what it keeps.
const REPOSITORIES: [&str; 3] = [".git", ".hg", ".jj"];

/// The names of rustfmt's configuration.
const RUSTFMT: [&str; 2] = ["rustfmt.toml", ".rustfmt.toml"];

/// The edition of the templates, for rustfmt.
const EDITION: &str = "2024";

/// The folder of a new crate: not there yet, or empty.
#[derive(Debug)]
pub(super) struct Destination {
    /// As it was given, for messages.
    path: PathBuf,
    absolute: PathBuf,
}

impl Destination {
    pub(super) fn check(path: &Path) -> Result<Self, NewError> {
        let unreadable = |source| NewError::Read { path: path.to_owned(), source };
        let absolute = resolved(path).map_err(unreadable)?;
        match fs::read_dir(&absolute) {
            Ok(mut entries) => match entries.next() {
                None => {}
                Some(_) => return Err(NewError::NotEmpty { path: path.to_owned() }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(NewError::NoFolder { path: path.to_owned() });
            }
            Err(error) => return Err(unreadable(error)),
        }
        Ok(Self { path: path.to_owned(), absolute })
    }

    /// The manifest of the workspace that cargo would take the crate for a member of.
    ///
    /// One that cannot be read counts: cargo would stop at it.
    pub(super) fn workspace_above(&self) -> Option<PathBuf> {
        let above = self.absolute.ancestors().skip(1).map(|folder| folder.join("Cargo.toml"));
        above.filter(|manifest| manifest.is_file()).find(|manifest| {
            let table = fs::read_to_string(manifest).ok().and_then(|text| text.parse::<Table>().ok());
            table.is_none_or(|table| table.contains_key("workspace"))
        })
    }

    /// Writes the files. One that is there by now is left alone, and ends it.
    pub(super) fn write(&self, files: &[Rendered]) -> Result<(), NewError> {
        for file in files {
            let failed = |source| NewError::Write { path: self.path.join(file.path), source };
            let path = self.absolute.join(file.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            File::create_new(&path).and_then(|mut made| made.write_all(file.text.as_bytes())).map_err(failed)?;
        }
        self.format();
        Ok(())
    }

    /// Formats the crate as the folders above it ask for. The templates have rustfmt's own style, which
    /// needs nothing. Without rustfmt, the author's `cargo fmt` does it.
    fn format(&self) {
        let configured = |folder: &Path| RUSTFMT.iter().any(|name| folder.join(name).is_file());
        if !self.absolute.ancestors().skip(1).any(configured) {
            return;
        }
        let roots = ["src/lib.rs", "build.rs"].into_iter().filter(|root| self.absolute.join(root).is_file());
        let _ = quiet(Command::new("rustfmt").args(["--edition", EDITION]).args(roots).current_dir(&self.absolute));
    }

    /// Makes the folder a repository. Unless that is asked for, there is none inside of another, and
    /// none without git.
    pub(super) fn start_repository(&self, vcs: Option<Vcs>) -> Result<(), NewError> {
        let is_repository = |folder: &Path| REPOSITORIES.iter().any(|name| folder.join(name).exists());
        match vcs {
            Some(Vcs::None) => Ok(()),
            None if self.absolute.ancestors().any(is_repository) => Ok(()),
            None => {
                let _ = self.git_init();
                Ok(())
            }
            Some(Vcs::Git) => self.git_init().map_err(NewError::Git),
        }
    }

    fn git_init(&self) -> io::Result<()> {
        quiet(Command::new("git").args(["init", "--quiet"]).current_dir(&self.absolute))
    }
}

/// The path with its links and `..` resolved, as far as it is there.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let there = absolute.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    Ok(match there {
        Some((folder, canonical)) => absolute.strip_prefix(folder).map_or(absolute.clone(), |rest| canonical.join(rest)),
        None => absolute,
    })
}

/// Runs a program, whose words are in the error if it fails.
fn quiet(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(said.trim().lines().next().map_or_else(|| output.status.to_string(), str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_beside_a_workspace_is_not_in_it() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("checkout/.git")).unwrap();
        fs::write(root.path().join("checkout/Cargo.toml"), "[workspace]\n").unwrap();
        let beside = Destination::check(&root.path().join("checkout/../mine")).unwrap();
        assert_eq!(beside.workspace_above(), None);
        let within = Destination::check(&root.path().join("checkout/plugins/../mine")).unwrap();
        assert_eq!(within.workspace_above(), Some(root.path().canonicalize().unwrap().join("checkout/Cargo.toml")));
    }

    fn file(path: &'static str, text: &str) -> Rendered {
        Rendered { path, text: text.to_owned() }
    }

    #[test]
    fn it_is_new_or_empty() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("empty")).unwrap();
        fs::write(at("file"), "").unwrap();
        for path in ["new", "deep/er/new", "empty"] {
            Destination::check(&at(path)).unwrap().write(&[file("src/a.txt", "a")]).unwrap();
            assert_eq!(fs::read_to_string(at(path).join("src/a.txt")).unwrap(), "a");
            assert!(matches!(Destination::check(&at(path)), Err(NewError::NotEmpty { .. })));
        }
        assert!(matches!(Destination::check(&at("file")), Err(NewError::NoFolder { .. })));
        assert!(matches!(Destination::check(&at("file/new")), Err(NewError::NoFolder { .. })));
    }

    #[test]
    fn a_file_that_came_meanwhile_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let destination = Destination::check(root.path()).unwrap();
        fs::write(root.path().join("b"), "theirs").unwrap();
        let error = destination.write(&[file("a", "a"), file("b", "ours")]).unwrap_err();
        assert!(matches!(&error, NewError::Write { path, .. } if path.ends_with("b")), "{error}");
        assert_eq!(fs::read_to_string(root.path().join("b")).unwrap(), "theirs");
    }

    #[test]
    fn the_workspace_is_the_nearest_above() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b/new");
        let found = || Destination::check(&inner).unwrap().workspace_above();
        let above = found();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join("a/Cargo.toml"), "[package]\nname = 'a'").unwrap();
        assert_eq!(found(), above, "a package alone is no workspace");
        for text in ["[workspace]", "[workspace]\nmembers = ['b']", "not TOML"] {
            fs::write(root.path().join("Cargo.toml"), text).unwrap();
            assert_eq!(found(), Some(root.path().join("Cargo.toml")), "{text}");
        }
    }

    #[test]
    fn a_repository_is_made_unless_there_is_one() {
        let root = tempfile::tempdir().unwrap();
        let make = |name: &str, vcs| {
            let path = root.path().join(name);
            let destination = Destination::check(&path).unwrap();
            destination.write(&[file("a", "")]).unwrap();
            destination.start_repository(vcs).unwrap();
            path.join(".git").exists()
        };
        assert!(!make("none", Some(Vcs::None)));
        assert!(make("asked", Some(Vcs::Git)));
        assert!(make("by-default", None));
        assert!(!make("asked/within", None));
        assert!(make("asked/nested", Some(Vcs::Git)));
        fs::create_dir_all(root.path().join("other/.jj")).unwrap();
        assert!(!make("other/within", None));
    }

    #[test]
    fn the_style_is_that_of_the_folders_above() {
        let root = tempfile::tempdir().unwrap();
        let text = "fn f() {\n    g();\n}\n";
        let make = |name: &str| {
            let path = root.path().join(name);
            Destination::check(&path).unwrap().write(&[file("src/lib.rs", text)]).unwrap();
            fs::read_to_string(path.join("src/lib.rs")).unwrap()
        };
        assert_eq!(make("before"), text);
        fs::write(root.path().join(".rustfmt.toml"), "tab_spaces = 2").unwrap();
        assert_eq!(make("after"), "fn f() {\n  g();\n}\n");
    }
}
