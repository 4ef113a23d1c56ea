//! What each test begins with: a folder to be in, launchers, components, and the program.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{PoisonError, RwLock};

use serde_json::Value;
use tempfile::TempDir;
use temps_plugin_bundle::Bundle;

pub(crate) use crate::ran::Ran;

/// Held by who spawns, and alone by who writes an executable: a process that begins meanwhile would have the file open for writing too for a moment, and nobody could
/// run it then (ETXTBSY).
static EXECUTABLES: RwLock<()> = RwLock::new(());

pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Child> {
    let _shared = EXECUTABLES.read().unwrap_or_else(PoisonError::into_inner);
    command.spawn()
}

/// How it ended, and what it wrote.
pub(crate) fn output(command: &mut Command) -> std::io::Result<Output> {
    spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?.wait_with_output()
}

/// Where an ELF header has the number of its machine.
const MACHINE: usize = 18;

/// The fake plugin, which cargo builds with the tests when all of them are run: `--test packed` alone does not build it.
pub(crate) fn fake_launcher() -> PathBuf {
    built("examples/fake_plugin", "-p temps-wasm --examples")
}

pub(crate) fn built(name: &str, how: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.ancestors().nth(2).unwrap().join(name);
    assert!(path.is_file(), "{} is missing: run `cargo build {how}`", path.display());
    path
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        output(command).unwrap().into()
    }
}

pub(crate) struct Stage {
    dir: TempDir,
    program: PathBuf,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), program: env!("CARGO_BIN_EXE_temps-wasm").into() }
    }

    /// A stage where the program lies beside another launcher, or none.
    pub(crate) fn installed(launcher: Option<&Path>) -> Self {
        let stage = Self::new();
        let folder = stage.path().join("bin");
        fs::create_dir(folder).unwrap();
        stage.executable("bin/temps-wasm", &fs::read(&stage.program).unwrap());
        if let Some(launcher) = launcher {
            stage.executable("bin/temps-launcher", &fs::read(launcher).unwrap());
        }
        Self { program: stage.file("bin/temps-wasm"), ..stage }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Where a file is; the program runs in the same folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap()
    }

    /// What is in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// A file that passes for a component, and what is in it.
    pub(crate) fn component(&self, name: &str, script: Value) -> Vec<u8> {
        let bytes = [b"\0asm\x0d\0\x01\0", script.to_string().as_bytes()].concat();
        fs::write(self.file(name), &bytes).unwrap();
        bytes
    }

    /// The fake launcher under a name, for another CPU than this one.
    pub(crate) fn foreign_launcher(&self, name: &str) -> &'static str {
        let (number, machine) = if cfg!(target_arch = "aarch64") { (62, "x86_64") } else { (183, "aarch64") };
        let mut bytes = fs::read(fake_launcher()).unwrap();
        bytes[MACHINE] = number;
        self.executable(name, &bytes);
        machine
    }

    pub(crate) fn executable(&self, name: &str, bytes: &[u8]) {
        let _alone = EXECUTABLES.write().unwrap_or_else(PoisonError::into_inner);
        fs::write(self.file(name), bytes).unwrap();
        fs::set_permissions(self.file(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The program in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.path()).env_remove("RUST_LOG").env_remove("NO_COLOR");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// `pack` with the fake launcher.
    pub(crate) fn pack(&self, arguments: &[&str]) -> Ran {
        let launcher = fake_launcher();
        self.run(&[&["pack", "--launcher", launcher.to_str().unwrap()], arguments].concat())
    }

    /// A packed plugin under a name, and its component.
    pub(crate) fn packed(&self, name: &str, script: Value, more: &[&str]) -> Vec<u8> {
        let component = self.component("source.wasm", script);
        self.pack(&[&["source.wasm", "-o", name], more].concat()).out();
        fs::remove_file(self.file("source.wasm")).unwrap();
        component
    }

    pub(crate) fn bundle(&self, name: &str) -> Bundle {
        Bundle::open(self.file(name)).unwrap().unwrap()
    }

    /// New keys: `name` and `name.pub`.
    pub(crate) fn key(&self, name: &str) {
        self.run(&["keygen", "-o", name]).out();
    }

    /// Changes one byte of a file.
    pub(crate) fn alter(&self, name: &str, at: u64) {
        let mut bytes = self.read(name);
        bytes[usize::try_from(at).unwrap()] ^= 1;
        fs::write(self.file(name), bytes).unwrap();
    }
}
