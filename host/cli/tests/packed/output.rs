//! Where `pack` puts the executable.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use crate::stage::{Stage, fake_launcher};

#[test]
fn without_a_name_it_is_the_plugins() {
    let stage = Stage::new();
    stage.component("a.wasm", json!({"name": "greeter"}));
    assert_eq!(stage.pack(&["a.wasm"]).out(), "greeter\n");
    fs::create_dir(stage.file("plugins")).unwrap();
    assert_eq!(stage.pack(&["a.wasm", "-o", "plugins/"]).out(), "plugins/greeter\n");
    assert_eq!(stage.read("greeter"), stage.read("plugins/greeter"));
    assert_eq!(stage.names(), ["a.wasm", "greeter", "plugins"]);
}

#[test]
fn a_name_that_no_file_can_have_is_refused() {
    let stage = Stage::new();
    for name in ["../greeter", ".greeter"] {
        let description = json!({"manifest": {"name": name, "version": "1.0.0"}}).to_string();
        stage.component("a.wasm", json!({"prepare": {"description": description}}));
        stage.pack(&["a.wasm"]).failed(9, &format!("no file can have the plugin's name, `{name}`: choose one with -o"));
        assert_eq!(stage.pack(&["a.wasm", "-o", "greeter"]).out(), "greeter\n");
    }
}

#[test]
fn a_link_to_a_launcher_becomes_a_plugin() {
    let stage = Stage::new();
    stage.component("a.wasm", json!({}));
    symlink(fake_launcher(), stage.file("greeter")).unwrap();
    let before = fs::read(fake_launcher()).unwrap();
    stage.pack(&["a.wasm", "-o", "greeter"]).out();
    assert_eq!(fs::read(fake_launcher()).unwrap(), before);
    assert!(stage.file("greeter").symlink_metadata().unwrap().is_file());
}

#[test]
fn nothing_else_is_overwritten() {
    let stage = Stage::new();
    stage.key("key");
    let component = stage.component("a.wasm", json!({"name": "folder"}));
    stage.executable("launcher", &fs::read(fake_launcher()).unwrap());
    let before = stage.names();
    for out in ["a.wasm", "launcher", "key"] {
        let ran = stage.run(&["pack", "a.wasm", "-o", out, "--launcher", "launcher", "--sign", "key"]);
        ran.failed(9, &format!("error: {out} would be overwritten: choose another file with -o\n"));
    }
    assert_eq!((stage.read("a.wasm"), stage.read("launcher")), (component, fs::read(fake_launcher()).unwrap()));
    assert_eq!(stage.names(), before);

    fs::create_dir(stage.file("folder")).unwrap();
    stage
        .pack(&["a.wasm"])
        .failed(9, "error: folder is a folder: `-o folder/` puts the plugin into it, or choose another file with -o\n");
    stage
        .pack(&["a.wasm", "-o", "none/greeter"])
        .failed(9, "error: there is no folder none: make it, or choose another with -o\n");
}
