//! A folder far from this repository, and programs that run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// What it printed. It has to have gone well.
    #[track_caller]
    pub(crate) fn out(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self.out
    }

    /// It has to have failed like this, and without a word on stdout.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, text: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        assert!(self.err.contains(text), "{text:?} is not in {:?}", self.err);
    }
}

pub(crate) struct Stage {
    dir: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// Runs a program in a folder of the stage. Nothing that is asked is answered.
    pub(crate) fn run(&self, folder: &str, command: &mut Command) -> Ran {
        let output = command.current_dir(self.file(folder)).stdin(Stdio::null()).output().unwrap();
        let Output { status, stdout, stderr } = output;
        Ran { code: status.code(), out: String::from_utf8(stdout).unwrap(), err: String::from_utf8(stderr).unwrap() }
    }

    /// Runs `temps-wasm new`.
    pub(crate) fn make(&self, arguments: &[&str]) -> Ran {
        self.run("", program().arg("new").args(arguments))
    }
}

pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_temps-wasm"))
}

/// The repository that the tests are in.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
