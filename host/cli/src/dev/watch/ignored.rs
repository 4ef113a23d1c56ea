//! Which files are none of a plugin's sources.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustix::fs::{FileType, fstat};

/// Folders with build results, or with dependencies.
const FOLDERS: [&str; 2] = ["target", "node_modules"];

/// The ends of the names of temporary files and logs: those of editors, of patches, and of programs that write beside a file.
const ENDINGS: [&str; 9] = ["~", "#", ".log", ".orig", ".rej", ".swp", ".swo", ".tmp", "___"];

/// The file with which Vim finds out whether it can write to a folder.
const VIM_PROBE: &str = "4913";

/// The one hidden folder that takes part in a build.
const CARGO: &str = ".cargo";

/// What does not count as a change: what git ignores, build results, temporary files of editors, and where this program writes to.
#[derive(Debug)]
pub(super) struct Ignored {
    /// Each with the folder that it is about, the deepest first.
    rules: Vec<Gitignore>,
    /// The folders whose rules are among them.
    read: HashSet<PathBuf>,
    /// The device and the number of each file that is an output of this program.
    outputs: Vec<(u64, u64)>,
}

impl Ignored {
    pub(super) fn new() -> Self {
        Self { rules: Vec::new(), read: HashSet::new(), outputs: outputs() }
    }

    /// Forgets the rules of git, and reads those that hold for `root` and come from the folders above it.
    pub(super) fn read(&mut self, roots: &[PathBuf]) {
        self.rules.clear();
        self.read.clear();
        for root in roots {
            let top = root.ancestors().find(|folder| folder.join(".git").exists());
            let Some(top) = top else { continue };
            let mut excludes = GitignoreBuilder::new(top);
            // Neither has to be there.
            let _ = excludes.add(top.join(".git/info/exclude"));
            self.rules.extend(excludes.build());
            root.ancestors().skip(1).take_while(|folder| folder.starts_with(top)).for_each(|folder| self.read_in(folder));
            // A crate that is worked on in a folder that git ignores as a whole has sources all the same.
            self.rules
                .retain(|rules| !root.starts_with(rules.path()) || !rules.matched_path_or_any_parents(root, true).is_ignore());
        }
    }

    /// Reads the rules that a folder has for what is in it.
    pub(super) fn read_in(&mut self, folder: &Path) {
        let file = folder.join(".gitignore");
        if file.is_file() && self.read.insert(folder.to_owned()) {
            let mut rules = GitignoreBuilder::new(folder);
            // Lines that git would not understand are passed over, as git does.
            let _ = rules.add(file);
            self.rules.extend(rules.build());
            self.rules.sort_by_key(|rules| std::cmp::Reverse(rules.path().components().count()));
        }
    }

    /// Whether a path below `root` is none of its sources. The path is absolute.
    pub(super) fn holds(&self, root: &Path, path: &Path) -> bool {
        path.strip_prefix(root).is_ok_and(is_made_or_hidden) || self.is_output(path) || self.git_ignores(path)
    }

    fn is_output(&self, path: &Path) -> bool {
        !self.outputs.is_empty() && path.symlink_metadata().is_ok_and(|found| self.outputs.contains(&(found.dev(), found.ino())))
    }

    fn git_ignores(&self, path: &Path) -> bool {
        let is_folder = path.is_dir();
        for rules in self.rules.iter().filter(|rules| path.starts_with(rules.path()) && path != rules.path()) {
            match rules.matched_path_or_any_parents(path, is_folder) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}

/// Whether it is built, hidden, or temporary, whatever git says. `Cargo.lock` is written by the build.
fn is_made_or_hidden(inner: &Path) -> bool {
    let names: Vec<&OsStr> = inner
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect();
    let is_out = |name: &&OsStr| {
        let name = name.to_string_lossy();
        let is_hidden = name.starts_with('.') && name != CARGO;
        is_hidden || FOLDERS.contains(&&*name) || name == VIM_PROBE || ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let is_dist = names.windows(2).any(|pair| pair == ["web", "dist"]);
    names.iter().any(is_out) || is_dist || inner == Path::new("Cargo.lock")
}

/// The regular files that this program's outputs go to, such as with `2> dev.err`.
fn outputs() -> Vec<(u64, u64)> {
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    let found = [stdout.as_fd(), stderr.as_fd()].into_iter().filter_map(|output| fstat(output).ok());
    found.filter(|found| FileType::from_raw_mode(found.st_mode).is_file()).map(|found| (found.st_dev, found.st_ino)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_made_or_hidden_is_ignored() {
        for path in [
            "src/lib.rs",
            "Cargo.toml",
            "build.rs",
            "web/src/main.tsx",
            "web/package.json",
            "dist/a",
            "src/target.rs",
            "migrations/1.sql",
            ".cargo/config.toml",
        ] {
            assert!(!is_made_or_hidden(Path::new(path)), "{path}");
        }
        for path in [
            "target",
            "target/debug/a",
            "web/dist",
            "web/dist/index.html",
            "web/node_modules/a/b.js",
            ".git/index",
            "src/.lib.rs.swp",
            "src/lib.rs~",
            "src/4913",
            "src/#lib.rs#",
            "src/lib.rs___jb_tmp___",
            "dev.log",
            "src/lib.rs.orig",
            "Cargo.lock",
        ] {
            assert!(is_made_or_hidden(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn what_git_ignores_is_ignored() {
        let top = tempfile::tempdir().unwrap();
        let root = top.path().join("plugins/mine");
        for folder in [top.path().join(".git/info"), root.join("src/generated"), root.join("out")] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(top.path().join(".git/info/exclude"), "notes.md\n").unwrap();
        fs::write(top.path().join(".gitignore"), "*.bak\n/plugins/mine/out/\n").unwrap();
        fs::write(root.join("src/generated/.gitignore"), "*\n!kept.rs\n").unwrap();
        let mut ignored = Ignored::new();
        ignored.read(std::slice::from_ref(&root));
        ignored.read_in(&root.join("src/generated"));
        for (path, expected) in [
            ("src/lib.rs", false),
            ("src/lib.rs.bak", true),
            ("out", true),
            ("out/a.txt", true),
            ("notes.md", true),
            ("src/generated/made.rs", true),
            ("src/generated/kept.rs", false),
        ] {
            assert_eq!(ignored.holds(&root, &root.join(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_crate_that_git_ignores_has_sources() {
        let top = tempfile::tempdir().unwrap();
        let root = top.path().join("playground/mine");
        for folder in [top.path().join(".git"), root.join("src")] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(top.path().join(".gitignore"), "/playground\n").unwrap();
        fs::write(root.join(".gitignore"), "/out\n").unwrap();
        let mut ignored = Ignored::new();
        ignored.read(std::slice::from_ref(&root));
        ignored.read_in(&root);
        assert!(!ignored.holds(&root, &root.join("src/lib.rs")) && ignored.holds(&root, &root.join("out/a")));
    }

    #[test]
    fn without_git_only_its_own_rules_count() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".gitignore"), "/data\n").unwrap();
        let mut ignored = Ignored::new();
        ignored.read(&[root.path().to_owned()]);
        assert!(!ignored.holds(root.path(), &root.path().join("data")));
        ignored.read_in(root.path());
        assert!(ignored.holds(root.path(), &root.path().join("data/a")));
        ignored.read_in(root.path());
        assert_eq!(ignored.rules.len(), 1, "once");
    }

    #[test]
    fn a_file_that_this_program_writes_to_is_ignored() {
        let root = tempfile::tempdir().unwrap();
        let output = root.path().join("dev.err");
        fs::write(&output, "").unwrap();
        let mut ignored = Ignored::new();
        assert!(!ignored.holds(root.path(), &output));
        let found = output.metadata().unwrap();
        ignored.outputs = vec![(found.dev(), found.ino())];
        assert!(ignored.holds(root.path(), &output));
    }
}
