//! What `--prepare` writes, and when it writes nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use temps_plugin_runtime::ui::{Limits, section};

use crate::support::Pack;

fn prepare(folder: &Path, component: &str, more: &[&str]) -> Output {
    let launcher = Command::new(env!("CARGO_BIN_EXE_temps-launcher"))
        .arg("--prepare")
        .arg(folder)
        .args(["--component", component])
        .args(more)
        .env_remove("RUST_LOG")
        .output();
    launcher.unwrap()
}

#[track_caller]
fn assert_failed(output: &Output, code: i32, said: &[&str]) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    let last: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    assert_eq!((output.status.code(), &last["exit_code"]), (Some(code), &code.into()), "{stderr}");
    for said in said {
        assert!(last["message"].as_str().unwrap().contains(said), "`{said}` is not in: {stderr}");
    }
}

#[test]
fn the_same_component_gives_the_same_bytes() {
    let again = Pack::of(test_guests::TEMPS_HELLO_PLUGIN);
    assert!(again.code == Pack::hello().code && again.description == Pack::hello().description);
    let description: Value = serde_json::from_slice(&again.description).unwrap();
    assert_eq!(description["manifest"]["name"], "hello");
}

#[test]
fn a_user_interface_is_written_as_it_is_and_gives_the_same_bytes() {
    let (ui, again) = (Pack::of(test_guests::UI).ui.unwrap(), Pack::of(test_guests::UI).ui.unwrap());
    assert!(ui == again);
    let contents = section::read(&ui.into(), Limits::default()).unwrap();
    let files: Vec<_> = contents.entries().map(|entry| (entry.path, entry.gzip.or(entry.brotli))).collect();
    assert_eq!(files, [("assets/app-1a2b3c4d.js", None), ("assets/logo 1.png", None), ("index.html", None)]);
    assert_eq!(Pack::hello().ui, None);
}

#[test]
fn the_folder_is_made_and_what_is_in_it_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("a/b");
    for component in [test_guests::UI, test_guests::NEVER_ANSWERS, test_guests::SHOWS_HEADERS] {
        assert!(prepare(&into, component, &[]).status.success());
        let description: Value = serde_json::from_slice(&fs::read(into.join("description.json")).unwrap()).unwrap();
        let expected = Path::new(component).file_stem().unwrap().to_str().unwrap().replace('_', "-");
        assert_eq!(description["manifest"]["name"], expected.as_str());
        assert_eq!(into.join("ui").exists(), expected == "ui", "of another component");
    }
    let mut names: Vec<_> = fs::read_dir(&into).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["code", "description.json"]);
}

#[test]
fn what_cannot_run_is_not_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let (into, module) = (folder.path().join("into"), folder.path().join("module.wasm"));
    fs::write(&module, b"\0asm\x01\0\0\0").unwrap();
    assert_failed(&prepare(&into, "/no/such/component", &[]), 3, &["/no/such/component"]);
    assert_failed(&prepare(&into, module.to_str().unwrap(), &[]), 4, &["wasm32-wasip2"]);
    assert_failed(&prepare(&into, test_guests::BAD_NAME, &[]), 5, &["`name` is \"Bad Name\""]);
    assert_failed(&prepare(&into, test_guests::LARGE_OPENAPI, &["--limit", "openapi_bytes=1048575"]), 5, &["openapi_bytes"]);
    assert_failed(&prepare(&into, test_guests::TRAPS_IN_MANIFEST, &[]), 6, &["while it gave its manifest"]);
    assert!(!into.exists(), "nothing is written");
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert_failed(&prepare(&file, test_guests::NEVER_ANSWERS, &[]), 2, &["cannot write", file.to_str().unwrap()]);
    let output = Command::new(env!("CARGO_BIN_EXE_temps-launcher")).arg("--prepare").arg(folder.path()).output().unwrap();
    assert_failed(&output, 2, &["`--component` is missing"]);
}
