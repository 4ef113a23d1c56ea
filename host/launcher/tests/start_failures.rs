//! Starts that fail before the plugin is announced: for each its exit code, its cause on the last line of stderr, and nothing on stdout.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The smallest component: it imports and exports nothing.
const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// The smallest core module.
const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A folder with the launcher in it under a plugin's name, and what it is started with.
struct Place {
    dir: tempfile::TempDir,
    binary: PathBuf,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let binary = dir.path().join("my-plugin");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_temps-launcher"), &binary).unwrap();
        Self { dir, binary }
    }

    fn with_component(bytes: &[u8]) -> Self {
        let place = Self::new();
        fs::write(place.path("my-plugin.wasm"), bytes).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(&self.binary)
            .args(args)
            .env_remove("RUST_LOG")
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Starts it as a v2 host does, with more arguments behind.
    fn start(&self, more: &[&str]) -> Output {
        let (socket, data) = (self.path("s"), self.path("data"));
        let args = ["--socket-path", text(&socket), "--data-dir", text(&data)];
        self.run(&[&args, more].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"))).collect()
}

/// Checks how a start failed: its code, and that the last line says each of `said`.
#[track_caller]
fn assert_failed(output: &Output, code: i32, said: &[&str]) {
    let lines = lines(output);
    let last = lines.last().expect("a line on stderr");
    let message = last["message"].as_str().unwrap();
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert_eq!(output.stdout, b"", "stdout is for the handshake");
    assert_eq!((&last["level"], &last["exit_code"]), (&"ERROR".into(), &code.into()));
    assert_eq!(last["plugin"], "my-plugin");
    for said in said {
        assert!(message.contains(said), "`{said}` is not in: {message}");
    }
}

#[test]
fn wrong_arguments() {
    let place = Place::with_component(EMPTY_COMPONENT);
    assert_failed(&place.run(&[]), 2, &["`--socket-path` is missing"]);
    assert_failed(&place.run(&["--socket-path", "s"]), 2, &["`--data-dir` is missing"]);
    assert_failed(&place.start(&["--auth-secret"]), 2, &["`--auth-secret` needs a value"]);
    assert_failed(&place.start(&["--limit", "memry=1"]), 2, &["`memry`", "memory"]);
    assert_failed(&place.start(&["--limit", "drain_time=5"]), 2, &["`drain_time`", "`5`", "30s"]);
}

#[test]
fn unknown_arguments_are_only_warned_of() {
    let place = Place::new();
    let output = place.start(&["--newer", "hunter2"]);
    assert_failed(&output, 3, &[]);
    let warning = &lines(&output)[0];
    assert_eq!(warning["level"], "WARN");
    assert!(warning["message"].as_str().unwrap().contains("`--newer`"));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("hunter2"));
}

#[test]
fn no_component() {
    let place = Place::new();
    assert_failed(&place.start(&[]), 3, &["no component", text(&place.path("my-plugin.wasm")), "--component"]);
    assert_failed(&place.start(&["--component", "other.wasm"]), 3, &["other.wasm", "my-plugin.wasm"]);
    assert!(!place.path("data").exists(), "nothing is created for a plugin that is not there");
}

#[test]
fn a_file_that_is_not_a_component() {
    for (bytes, said) in [
        (&b"#!/bin/sh\n"[..], "not a WebAssembly component"),
        (b"", "not a WebAssembly component"),
        (b"\0asm", "not a WebAssembly component"),
        (b"\0asm\x0d\0\x01\0broken", "not a WebAssembly component"),
        (EMPTY_MODULE, "wasm32-wasip2"),
    ] {
        let place = Place::with_component(bytes);
        assert_failed(&place.start(&[]), 4, &[said, "my-plugin.wasm"]);
    }
}

#[test]
fn a_component_of_another_world() {
    let place = Place::with_component(EMPTY_COMPONENT);
    assert_failed(&place.start(&[]), 4, &["not a Temps plugin", "temps:plugin", "my-plugin.wasm"]);
}

#[test]
fn the_component_beside_the_binary_comes_before_the_named_one() {
    let place = Place::with_component(EMPTY_MODULE);
    fs::write(place.path("named.wasm"), EMPTY_COMPONENT).unwrap();
    let output = place.start(&["--component", "named.wasm"]);
    assert_failed(&output, 4, &["my-plugin.wasm"]);
    assert!(lines(&output)[0]["message"].as_str().unwrap().contains("--component is ignored"));
}

#[test]
fn a_blank_secret() {
    let place = Place::with_component(EMPTY_COMPONENT);
    for blank in ["", " "] {
        assert_failed(&place.start(&["--auth-secret", blank]), 1, &["`--auth-secret` is blank"]);
    }
}

#[test]
fn a_socket_path_that_is_too_long() {
    let place = Place::with_component(EMPTY_COMPONENT);
    let long = "x".repeat(108);
    assert_failed(&place.run(&["--socket-path", &long, "--data-dir", "data"]), 7, &["108 bytes", "107"]);
    // One byte less is no reason to fail: what fails next is the component.
    assert_failed(&place.run(&["--socket-path", &long[1..], "--data-dir", "data"]), 4, &[]);
}

#[test]
fn a_data_directory_that_cannot_be_used() {
    let place = Place::with_component(EMPTY_COMPONENT);
    fs::write(place.path("data"), "").unwrap();
    assert_failed(&place.start(&[]), 8, &["cannot create the data directory", text(&place.path("data"))]);
}

#[test]
fn files_that_lie_somewhere_else() {
    let place = Place::with_component(EMPTY_COMPONENT);
    fs::create_dir_all(place.path("data")).unwrap();
    fs::create_dir_all(place.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", place.path("data/files")).unwrap();
    assert_failed(&place.start(&[]), 8, &[text(&place.path("data/files")), "not a folder", "move it away"]);
}

#[test]
fn a_data_directory_that_another_launcher_uses() {
    let place = Place::with_component(EMPTY_COMPONENT);
    fs::create_dir_all(place.path("data/.launcher")).unwrap();
    let lock = place.path("data/.launcher/lock");
    fs::write(&lock, "4242\n").unwrap();
    let held = OpenOptions::new().read(true).open(&lock).unwrap();
    flock(&held, FlockOperation::LockExclusive).unwrap();
    assert_failed(&place.start(&[]), 8, &["in use", "process 4242"]);
    drop(held);
    // Free again, the folder is no reason to fail any more.
    assert_failed(&place.start(&[]), 4, &[]);
}

#[test]
fn a_signal_during_the_start_is_no_failure() {
    let place = Place::with_component(EMPTY_COMPONENT);
    fs::create_dir_all(place.path("data/.launcher")).unwrap();
    let held = fs::File::create(place.path("data/.launcher/lock")).unwrap();
    flock(&held, FlockOperation::LockExclusive).unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        let mut launcher = Command::new(&place.binary)
            .args(["--socket-path", "s", "--data-dir", text(&place.path("data"))])
            .env("RUST_LOG", "debug")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(launcher.stderr.take().unwrap()).lines();
        // It waits for the data directory from here on.
        assert!(lines.any(|line| line.unwrap().contains("planned")));
        kill_process(Pid::from_child(&launcher), signal).unwrap();
        let last: Value = serde_json::from_str(&lines.last().unwrap().unwrap()).unwrap();
        assert_eq!((&last["message"], &last["exit_code"]), (&"ended".into(), &0.into()));
        assert_eq!(launcher.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn help_and_version_are_for_people() {
    let place = Place::new();
    let help = place.run(&["--help"]);
    assert!(help.status.success() && help.stderr.is_empty());
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.contains("--socket-path") && text.contains("channel_time") && text.contains("Exit codes"));
    let version = place.run(&["--version"]);
    assert_eq!(String::from_utf8(version.stdout).unwrap(), concat!("temps-launcher ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn rust_log_is_heeded_and_a_wrong_one_is_named() {
    let place = Place::new();
    let start = |filter| {
        let args = ["--socket-path", "s", "--data-dir", "data", "--newer"];
        Command::new(&place.binary).args(args).env("RUST_LOG", filter).output().unwrap()
    };
    assert_eq!(lines(&start("error")).len(), 1);
    let wrong = start("temps_launcher=loud");
    assert!(lines(&wrong)[0]["message"].as_str().unwrap().contains("RUST_LOG is not valid"));
    assert_failed(&wrong, 3, &["no component"]);
}
