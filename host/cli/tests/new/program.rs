//! What is made, and what is said.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::stage::{Stage, repository};

#[test]
fn a_folder_becomes_a_plugin() {
    let stage = Stage::new();
    let ran = stage.make(&["some/where/my-plugin"]);
    assert!(ran.err.starts_with("created the plugin `my-plugin`: Cargo.toml, "), "{ran:?}");
    assert!(ran.err.contains("\n    cd some/where/my-plugin\n    cargo test ") && ran.err.contains(" dev "), "{ran:?}");
    assert_eq!(ran.out(), "some/where/my-plugin\n");
    let manifest = stage.read("some/where/my-plugin/Cargo.toml");
    let sdk = repository().join("guest-sdk");
    assert!(manifest.contains("name = \"temps-my-plugin\"") && manifest.contains(sdk.to_str().unwrap()), "{manifest}");
    assert!(stage.read("some/where/my-plugin/src/lib.rs").contains("\"my-plugin\""));
    assert!(stage.file("some/where/my-plugin/.git").is_dir());
    assert!(!stage.file("some/where/my-plugin/ui").exists());
}

#[test]
fn flags_say_what_it_has() {
    let stage = Stage::new();
    stage.make(&["a", "--name", "shop", "--ui", "react", "--db", "--events", "--sdk", "0.1", "--vcs", "none"]).out();
    let manifest = stage.read("a/Cargo.toml");
    assert!(manifest.contains("temps-plugin-sdk = { version = \"^0.1\" }"), "{manifest}");
    assert!(manifest.contains("temps-plugin-web-build = { version = \"^0.1\" }"), "{manifest}");
    assert!(stage.read("a/web/vite.config.ts").contains("/api/x/shop/ui/"));
    assert!(!stage.file("a/.git").exists() && !stage.file("a/.gitignore").exists());
    stage.make(&["full", "--template", "full"]).out();
    assert!(stage.file("full/src/store.rs").is_file() && stage.file("full/ui/index.html").is_file());
    stage.make(&["bare", "--template", "full", "--ui", "none"]).out();
    assert!(stage.file("bare/src/store.rs").is_file() && !stage.file("bare/ui").exists());
}

#[test]
fn an_empty_folder_is_taken_and_another_is_not() {
    let stage = Stage::new();
    fs::create_dir(stage.file("here")).unwrap();
    let here = |arguments: &[&str]| stage.run("here", crate::stage::program().arg("new").args(arguments));
    let ran = here(&["."]);
    assert!(!ran.err.contains("cd "), "{ran:?}");
    ran.out();
    here(&["."]).failed(9, "error: . is not empty: give a folder that is not there yet");
    fs::write(stage.file("file"), "").unwrap();
    stage.make(&["file"]).failed(9, "file cannot be a folder");
    stage.make(&["file/below"]).failed(9, "file/below cannot be a folder");
    // Nobody can make a folder there, root included.
    stage.make(&["/proc/my-plugin"]).failed(9, "cannot write /proc/my-plugin/Cargo.toml");
}

#[test]
fn a_wrong_command_line_writes_nothing() {
    let stage = Stage::new();
    stage.make(&["My_Plugin"]).failed(2, "\"My_Plugin\" cannot be a plugin's name: use kebab-case");
    stage.make(&["a", "--name", "a--b"]).failed(2, "\"a--b\" cannot be a plugin's name");
    for name in ["src", "target"] {
        stage.make(&[name]).failed(2, "as its crate has a folder of that name: say another one with --name");
        assert!(!stage.file(name).exists());
    }
    stage.make(&["ui", "--ui", "plain"]).failed(2, "cannot be called `ui` here");
    stage.make(&["a", "--sdk", "nowhere"]).failed(2, "--sdk \"nowhere\" is neither a folder");
    fs::create_dir(stage.file("no-sdk")).unwrap();
    stage.make(&["a", "--sdk", "no-sdk"]).failed(2, "--sdk no-sdk has no SDK");
    stage.make(&["a", "--template", "huge"]).failed(2, "huge");
    assert!(!stage.file("a").exists() && !stage.file("My_Plugin").exists());
}

#[test]
fn in_a_workspace_it_is_one_of_its_own() {
    let stage = Stage::new();
    fs::write(stage.file("Cargo.toml"), "[workspace]\nresolver = \"3\"\n").unwrap();
    let ran = stage.make(&["plugins/mine"]);
    let said = format!("{}/Cargo.toml is a workspace above it", stage.path().display());
    assert!(ran.err.contains(&said) && ran.err.contains("remove that table"), "{ran:?}");
    ran.out();
    let mut metadata = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let found = stage.run("plugins/mine", metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"])).out();
    let metadata: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!(metadata["workspace_root"].as_str(), stage.file("plugins/mine").to_str());
}

#[test]
fn the_sdk_is_that_of_the_programs_archive() {
    let stage = Stage::new();
    fs::create_dir_all(stage.file("archive/bin")).unwrap();
    // By another process: one that another test begins meanwhile would have the file open for writing.
    stage.run("", Command::new("cp").args([env!("CARGO_BIN_EXE_temps-wasm"), "archive/bin/temps-wasm"])).out();
    // As somebody has it in PATH.
    symlink(stage.file("archive/bin/temps-wasm"), stage.file("temps-wasm")).unwrap();
    let make = |name: &str| stage.run("", Command::new(stage.file("temps-wasm")).args(["new", name]));
    make("before").failed(9, "archive/bin/temps-wasm lies neither in a release archive nor in a checkout's `target`");
    fs::create_dir_all(stage.file("archive/sdk/guest-sdk")).unwrap();
    fs::copy(repository().join("guest-sdk/Cargo.toml"), stage.file("archive/sdk/guest-sdk/Cargo.toml")).unwrap();
    make("after").out();
    let folder = stage.file("archive/sdk/guest-sdk").canonicalize().unwrap();
    assert!(stage.read("after/Cargo.toml").contains(&format!("path = {folder:?}")));
}
