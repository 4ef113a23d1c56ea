//! A folder far from this repository, and programs that run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::ran::Ran;

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
        command.current_dir(self.file(folder)).stdin(Stdio::null()).output().unwrap().into()
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
