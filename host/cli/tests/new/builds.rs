//! What an author runs in a new crate, without a network: the versions are those of this workspace.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use toml_edit::DocumentMut;

use crate::stage::{Stage, program, repository};

/// Everything that this workspace's own builds have compiled is taken from there: the crate has the
/// same lock file, and its dependencies the same profile.
fn made(stage: &Stage, arguments: &[&str]) {
    stage.make(arguments).out();
    fs::copy(repository().join("Cargo.lock"), stage.file(arguments[0]).join("Cargo.lock")).unwrap();
    let mut settings: DocumentMut = fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap();
    settings.retain(|key, _| key == "profile");
    settings["profile"].as_table_mut().unwrap().retain(|profile, _| profile == "dev");
    fs::create_dir_all(stage.file(".cargo")).unwrap();
    fs::write(stage.file(".cargo/config.toml"), settings.to_string()).unwrap();
}

/// The folder that the tests and programs of this workspace are built into.
fn built() -> PathBuf {
    env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned()
}

fn cargo(stage: &Stage, folder: &str, arguments: &[&str]) -> String {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).env("CARGO_TARGET_DIR", built().parent().unwrap());
    stage.run(folder, &mut cargo).out()
}

/// Removes what the crate itself became: another run has it in another folder, and builds it anew.
fn cleaned(stage: &Stage, folder: &str) {
    let package = format!("temps-{folder}-plugin");
    cargo(stage, folder, &["clean", "--offline", "--package", &package]);
}

/// The programs that an author's own CI runs, which a toolchain may lack.
fn ensure_components() {
    let missing = |name: &str| {
        let found = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args([name, "--version"]).output();
        !found.is_ok_and(|output| output.status.success())
    };
    if missing("clippy") || missing("fmt") {
        let added = Command::new("rustup").args(["component", "add", "clippy", "rustfmt"]).output().unwrap();
        assert!(added.status.success(), "run `rustup component add clippy rustfmt`: {added:?}");
    }
}

/// All that CI of an author's would run.
fn checked(stage: &Stage, folder: &str, tests: usize) {
    let tested = cargo(stage, folder, &["test", "--offline"]);
    assert!(tested.contains(&format!("test result: ok. {tests} passed; 0 failed; 0 ignored")), "{tested}");
    cargo(stage, folder, &["clippy", "--offline", "--all-targets", "--", "-D", "warnings"]);
    cargo(stage, folder, &["fmt", "--check"]);
}

/// `temps-wasm`, building where and as the tests' guests are built.
fn temps_wasm(stage: &Stage, folder: &str, arguments: &[&str]) -> String {
    let mut program = program();
    program.args(arguments).env("CARGO_TARGET_DIR", built().join("guests")).env("CARGO_NET_OFFLINE", "true");
    for (key, value) in [
        ("INHERITS", "release"),
        ("OPT_LEVEL", "1"),
        ("CODEGEN_UNITS", "16"),
        ("LTO", "off"),
        ("PANIC", "abort"),
        ("STRIP", "debuginfo"),
    ] {
        program.env(format!("CARGO_PROFILE_PLUGIN_{key}"), value);
    }
    stage.run(folder, &mut program).out()
}

/// One after the other: they share what they compile.
#[test]
fn a_new_plugin_works_as_it_is() {
    let stage = Stage::new();
    ensure_components();
    made(&stage, &["full", "--template", "full", "--db", "--events", "--ui", "plain"]);
    checked(&stage, "full", 8);
    cleaned(&stage, "full");
    made(&stage, &["counts", "--db", "--events", "--ui", "plain"]);
    checked(&stage, "counts", 3);
    cleaned(&stage, "counts");
    made(&stage, &["minimal"]);
    checked(&stage, "minimal", 1);
    cleaned(&stage, "minimal");

    let component = temps_wasm(&stage, "minimal", &["build"]);
    assert!(component.trim_end().ends_with("/temps_minimal_plugin.wasm"), "{component}");
    let launcher = built().join("temps-launcher");
    assert!(launcher.is_file(), "{} is missing: run `cargo build -p temps-launcher`", launcher.display());
    let get = ["--profile", "plugin", "--port", "0", "--policy", "policy.toml", "--get", "/?name=ann"];
    let answer = temps_wasm(&stage, "minimal", &[&["dev"], &get[..]].concat());
    assert_eq!(answer, "200 OK\n{\"message\":\"Hello, ann!\"}\n");
}
