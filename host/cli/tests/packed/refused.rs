//! What `pack` does not take, before anything is made.

use std::fs;

use serde_json::json;

use crate::stage::{Ran, Stage, fake_launcher};

#[test]
fn a_launcher_has_to_be_one() {
    let stage = Stage::new();
    stage.component("a.wasm", json!({}));
    stage.packed("packed", json!({}), &[]);
    let packed = stage.read("packed");
    stage.executable("cut", &packed[..packed.len() - 1]);
    stage.executable("script", b"#!/bin/sh\nexit 0\n");
    fs::write(stage.file("plain"), fs::read(fake_launcher()).unwrap()).unwrap();
    let before = stage.names();
    for (launcher, text) in [
        ("gone", "error: --launcher gone is not there\n"),
        (".", "error: --launcher . is not a file\n"),
        ("plain", "error: --launcher plain is not executable\n"),
        ("script", "error: the launcher script is no program for 64-bit Linux (ELF)\n"),
        ("packed", "error: packed has a bundle already: give the launcher that it was made from\n"),
        ("cut", "was cut off"),
    ] {
        stage.run(&["pack", "a.wasm", "-o", "new", "--launcher", launcher]).failed(4, text);
    }
    assert_eq!(stage.names(), before);
}

#[test]
fn without_a_launcher_it_says_what_to_do() {
    let stage = Stage::installed(None);
    stage.component("a.wasm", json!({}));
    let none = Ran::of(stage.command(&["pack", "a.wasm"]).env("PATH", ""));
    none.failed(4, "error: cannot find temps-launcher: ");
    none.failed(4, "cargo build -p temps-launcher");

    let machine = stage.foreign_launcher("foreign");
    let none = Ran::of(stage.command(&["pack", "a.wasm", "--launcher", "foreign"]).env("PATH", ""));
    none.failed(4, &format!("foreign is for {machine}, so another one has to describe the plugin"));
}

#[test]
fn a_plugin_has_to_be_one() {
    let stage = Stage::new();
    fs::write(stage.file("text.wasm"), "text").unwrap();
    stage.packed("packed", json!({}), &[]);
    let launcher = fake_launcher();
    for (path, text) in [
        ("gone.wasm", "error: cannot read the component gone.wasm: "),
        ("text.wasm", "error: text.wasm is no WebAssembly, not a WebAssembly component"),
        ("packed", "error: packed is packed already: `temps-wasm unpack` gives its component"),
        (
            launcher.to_str().unwrap(),
            "has no plugin in it: give a crate's folder, a component (.wasm), or what `temps-wasm pack` made",
        ),
        (".", "error: there is no Cargo.toml in "),
    ] {
        stage.pack(&[path, "-o", "new"]).failed(3, text);
    }
    assert_eq!(stage.names(), ["packed", "text.wasm"]);
}

#[test]
fn a_key_has_to_be_secret() {
    let stage = Stage::new();
    stage.key("key");
    stage.component("a.wasm", json!({}));
    fs::copy(stage.file("key"), stage.file("open")).unwrap();
    fs::set_permissions(stage.file("open"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    fs::copy(stage.file("key.pub"), stage.file("public")).unwrap();
    fs::set_permissions(stage.file("public"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let secret = fs::read_to_string(stage.file("key")).unwrap();
    for (key, text) in [("gone", "cannot read the key file gone"), ("open", "chmod 600 it"), ("public", "this is the public key")]
    {
        let ran = stage.pack(&["a.wasm", "-o", "new", "--sign", key]);
        ran.failed(9, text);
        assert!(!ran.err.contains(secret.split(' ').next_back().unwrap().trim()), "{ran:?}");
    }
    assert!(!stage.file("new").exists());
}

#[test]
fn a_failure_of_the_launcher_is_told_with_its_log() {
    let stage = Stage::new();
    let line = r#"{"ts":"then","level":"ERROR","target":"launcher","message":"the plugin trapped"}"#;
    let log = "\nThe end of its log:\n  then ERROR launcher: the plugin trapped\n";
    let last = r#"{"ts":"then","level":"ERROR","target":"launcher","message":"it trapped","exit_code":6,"hint":"do","backtrace":"0: a\n1: b"}"#;
    for (prepare, code, text) in [
        (
            json!({"exits": 6, "stderr": [line, last]}),
            3,
            "error: a.wasm cannot run as a plugin: it trapped\n  hint: do\n    0: a\n    1: b\n".to_owned(),
        ),
        (
            json!({"exits": 11, "stderr": [line]}),
            3,
            format!("error: a.wasm cannot run as a plugin: the launcher ended with exit code 11{log}"),
        ),
        (
            json!({"exits": 6, "stderr": [line]}),
            3,
            format!("error: a.wasm cannot run as a plugin: the launcher ended with exit code 6{log}"),
        ),
        (
            json!({"exits": 2, "stderr": [line]}),
            4,
            format!("did not prepare the component: is it of the version of temps-wasm?{log}"),
        ),
        (json!({"exits": 70, "stderr": [line]}), 4, format!("fake_plugin failed with exit code 70{log}")),
        (json!({"writes_no_code": true}), 4, "wrote no `code`, and said that all went well".to_owned()),
        (json!({"description": "{}"}), 4, "describes the plugin in a form that is not known here".to_owned()),
    ] {
        stage.component("a.wasm", json!({ "prepare": prepare }));
        stage.pack(&["a.wasm", "-o", "new"]).failed(code, &text);
    }
    assert_eq!(stage.names(), ["a.wasm"]);
}
