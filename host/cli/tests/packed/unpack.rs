use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use temps_plugin_bundle::{Bundle, Kind};

use crate::stage::{Stage, fake_launcher};

#[test]
fn the_component_comes_back() {
    let stage = Stage::new();
    fs::create_dir(stage.file("plugins")).unwrap();
    let component = stage.packed("plugins/greeter", json!({"name": "same"}), &[]);
    let ran = stage.run(&["unpack", "plugins/greeter"]);
    assert_eq!(ran.err, format!("unpacked a component of {} bytes\n", component.len()));
    assert_eq!(ran.out(), "greeter.wasm\n");
    assert_eq!(stage.read("greeter.wasm"), component);
    assert_eq!(stage.file("greeter.wasm").metadata().unwrap().permissions().mode() & 0o777, 0o644);

    stage.pack(&["greeter.wasm", "-o", "again"]).out();
    assert_eq!(stage.read("again"), stage.read("plugins/greeter"));
    assert_eq!(stage.run(&["unpack", "again", "-o", "plugins/c.wasm"]).out(), "plugins/c.wasm\n");
    assert_eq!(stage.read("plugins/c.wasm"), component);
}

#[test]
fn a_file_that_is_there_stays_unless_forced() {
    let stage = Stage::new();
    let component = stage.packed("greeter", json!({}), &[]);
    fs::write(stage.file("mine.wasm"), "mine").unwrap();
    stage.run(&["unpack", "greeter", "-o", "mine.wasm"]).failed(9, "error: mine.wasm exists: --force overwrites it\n");
    assert_eq!(stage.read("mine.wasm"), b"mine");
    stage.run(&["unpack", "greeter", "-o", "mine.wasm", "--force"]).out();
    assert_eq!(stage.read("mine.wasm"), component);
    assert_eq!(stage.names(), ["greeter", "mine.wasm"]);
}

#[test]
fn what_has_no_component_is_refused() {
    let stage = Stage::new();
    stage.packed("greeter", json!({}), &[]);
    fs::write(stage.file("text"), "text").unwrap();
    Bundle::builder().section(Kind::UI, b"ui".as_slice()).write(&fake_launcher(), &stage.file("ui")).unwrap();
    let launcher = fake_launcher();
    let component = stage.bundle("greeter").entries().next().unwrap();
    let packed = stage.read("greeter");
    fs::write(stage.file("cut"), &packed[..packed.len() - 1]).unwrap();
    fs::write(stage.file("altered"), &packed).unwrap();
    stage.alter("altered", component.offset);
    for (file, code, text) in [
        ("gone", 9, "cannot open the file"),
        (".", 9, "this is no regular file"),
        ("text", 10, "error: text is not packed: "),
        (launcher.to_str().unwrap(), 10, "fake_plugin is not packed: "),
        ("ui", 11, "error: ui has no component in it\n"),
        ("cut", 11, "was cut off"),
        ("altered", 11, "section `component` was altered"),
    ] {
        stage.run(&["unpack", file, "-o", "new.wasm"]).failed(code, text);
    }
    assert!(!stage.file("new.wasm").exists());
    stage.run(&["unpack", "greeter", "-o", "none/new.wasm"]).failed(9, "cannot write none/new.wasm: ");
}
