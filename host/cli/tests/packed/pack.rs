use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use temps_plugin_bundle::Kind;

use crate::stage::{Stage, fake_launcher, spawn};

#[test]
fn a_packed_plugin_has_all_that_it_runs() {
    let stage = Stage::new();
    let component = stage.component("my_plugin.wasm", json!({}));
    let ran = stage.pack(&["my_plugin.wasm", "-o", "greeter"]);
    let told: Vec<&str> = ran.err.lines().collect();
    let [first, second] = told[..] else { panic!("{ran:?}") };
    assert!(first.starts_with("packed fake 1.2.3, ") && first.ends_with(" MiB"), "{first}");
    assert!(second.starts_with("component 10 bytes, code 50 bytes, manifest ") && second.contains(", launcher "), "{second}");
    assert_eq!(ran.out(), "greeter\n");
    assert_eq!(stage.file("greeter").metadata().unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(stage.names(), ["greeter", "my_plugin.wasm"]);

    let bundle = stage.bundle("greeter");
    bundle.check().unwrap();
    let kinds: Vec<Kind> = bundle.entries().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::COMPONENT, Kind::CODE, Kind::MANIFEST]);
    let section = |kind| bundle.section(kind).unwrap().unwrap();
    assert_eq!(bundle.component().unwrap().unwrap(), component);
    assert_eq!(*bundle.code().unwrap().unwrap(), [b"code of ", &component[..]].concat());
    let description: Value = serde_json::from_slice(&section(Kind::MANIFEST)).unwrap();
    assert_eq!((&description["manifest"]["name"], &description["openapi"]), (&json!("fake"), &Value::Null));
    assert_eq!(bundle.launcher_length(), fake_launcher().metadata().unwrap().len());
    assert_eq!(bundle.signed_by(), None);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let (here, there) = (Stage::new(), Stage::new());
    here.key("key");
    let key = here.file("key");
    for more in [&[][..], &["--sign", key.to_str().unwrap()]] {
        here.packed("one", json!({"name": "same"}), more);
        there.packed("another", json!({"name": "same"}), more);
        assert_eq!(here.read("one"), there.read("another"));
        there.packed("another", json!({"name": "other"}), more);
        assert_ne!(here.read("one"), there.read("another"));
    }
}

#[test]
fn a_signature_is_told() {
    let stage = Stage::new();
    stage.key("key");
    stage.component("a.wasm", json!({}));
    let ran = stage.pack(&["a.wasm", "-o", "a", "--sign", "key"]);
    let id = stage.bundle("a").signed_by().unwrap();
    assert!(ran.err.ends_with(&format!("\nsigned with the key {id}\n")), "{ran:?}");
    ran.out();
}

#[test]
fn a_plugin_that_runs_is_replaced() {
    let stage = Stage::new();
    let waiting = stage.packed("plugin", json!({"stderr": ["old"], "hangs_before": "manifest"}), &[]);
    let mut command = Command::new(stage.file("plugin"));
    command.args(["--socket-path", "s", "--data-dir", "d"]).current_dir(stage.path()).stdin(Stdio::null()).stderr(Stdio::piped());
    let mut running = spawn(&mut command).unwrap();
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "old");
    let component = stage.packed("plugin", json!({"stderr": ["new"]}), &[]);
    assert_eq!(running.try_wait().unwrap(), None, "it runs on");
    running.kill().unwrap();
    running.wait().unwrap();
    assert_ne!(waiting, component);
    assert_eq!(stage.bundle("plugin").component().unwrap().unwrap(), component);
}

#[test]
fn a_launcher_for_another_cpu_is_packed_without_code() {
    let stage = Stage::installed(Some(&fake_launcher()));
    let machine = stage.foreign_launcher("foreign");
    let component = stage.component("a.wasm", json!({}));
    let ran = stage.run(&["pack", "a.wasm", "-o", "plugin", "--launcher", "foreign"]);
    let expected = format!(
        "without compiled code, because the launcher is for {machine}: the first start there compiles\npacked fake 1.2.3, "
    );
    assert!(ran.err.starts_with(&expected) && ran.err.contains("\ncomponent 10 bytes, manifest "), "{ran:?}");
    assert_eq!(ran.out(), "plugin\n");
    let bundle = stage.bundle("plugin");
    let kinds: Vec<Kind> = bundle.entries().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::COMPONENT, Kind::MANIFEST]);
    assert_eq!(bundle.component().unwrap().unwrap(), component);
    assert!(stage.read("plugin").starts_with(&stage.read("foreign")));
}

#[test]
fn what_the_launcher_warns_of_is_shown() {
    let stage = Stage::new();
    let line = r#"{"ts":"then","level":"WARN","target":"launcher","message":"slow"}"#;
    stage.component("a.wasm", json!({"prepare": {"stderr": [line]}}));
    let ran = stage.pack(&["a.wasm", "-o", "a"]);
    assert!(ran.err.starts_with("then  WARN launcher: slow\npacked "), "{ran:?}");
    ran.out();
}

#[test]
fn a_crate_is_built() {
    let stage = Stage::new();
    fs::create_dir_all(stage.file("mine/src")).unwrap();
    fs::write(stage.file("mine/src/lib.rs"), "").unwrap();
    let manifest = "[package]\nname = \"mine\"\nedition = \"2024\"\n[workspace]\n[lib]\ncrate-type = [\"cdylib\"]\n";
    fs::write(stage.file("mine/Cargo.toml"), manifest).unwrap();
    assert_eq!(stage.pack(&["mine"]).out(), "fake\n", "the plugin's name, and not the crate's");
    let component = stage.bundle("fake").component().unwrap().unwrap();
    assert_eq!(component, stage.read("mine/target/wasm32-wasip2/plugin/mine.wasm"));
    let launcher = fake_launcher();
    let run = stage.run(&["dev", "mine", "--launcher", launcher.to_str().unwrap(), "--port", "0", "--get", "/"]);
    assert!(run.out().starts_with("200 OK\n"));
    assert!(stage.file("mine/target/temps-dev/mine").is_dir());
    let broken = stage.pack(&["mine", "--profile", "none"]);
    broken.failed(3, "`cargo build --lib --target wasm32-wasip2 --profile none");
}
