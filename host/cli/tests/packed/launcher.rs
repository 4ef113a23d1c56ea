//! With the real launcher, and a component that it compiles.

use std::fs;

use temps_plugin_bundle::Kind;
use test_guests::{BAD_NAME, TEMPS_HELLO_PLUGIN};

use crate::stage::{Stage, built};

/// Cargo builds it when the tests of the whole workspace are run.
pub(crate) fn launcher() -> String {
    built("temps-launcher", "-p temps-launcher").display().to_string()
}

fn answers(stage: &Stage, file: &str, protocol: &str) {
    let ran = stage.run(&["dev", file, "--port", "0", "--protocol", protocol, "--get", "/hello/7"]);
    assert_eq!(ran.out(), "200 OK\n{\"id\":7,\"name\":\"user-7\",\"msg\":\"hello world\"}\n");
}

#[test]
fn a_packed_plugin_runs_in_both_protocols_and_is_the_same_each_time() {
    let (here, there) = (Stage::new(), Stage::new());
    here.run(&["pack", TEMPS_HELLO_PLUGIN, "--launcher", &launcher()]).out();
    fs::copy(TEMPS_HELLO_PLUGIN, there.file("another.wasm")).unwrap();
    there.run(&["pack", "another.wasm", "-o", "another", "--launcher", &launcher()]).out();
    assert!(here.read("hello") == there.read("another"));
    for protocol in ["1", "2"] {
        answers(&here, "hello", protocol);
    }
    let shown = here.run(&["verify", "hello"]).out();
    assert!(shown.starts_with("plugin     hello 0.1.0\n"), "{shown}");
    here.run(&["unpack", "hello"]).out();
    assert!(here.read("hello.wasm") == fs::read(TEMPS_HELLO_PLUGIN).unwrap());
}

#[test]
fn dev_runs_it_with_a_policy() {
    let stage = Stage::new();
    stage.run(&["pack", TEMPS_HELLO_PLUGIN, "--launcher", &launcher()]).out();
    let dev = |policy| stage.run(&["dev", "hello", "--port", "0", "--policy", policy, "--get", "/hello/7"]);
    fs::write(stage.file("policy.toml"), "[log]\nlevel = \"off\"\n").unwrap();
    assert!(dev("policy.toml").out().starts_with("200 OK\n"));
    fs::write(stage.file("wrong.toml"), "[log]\nlvl = \"off\"\n").unwrap();
    let ran = dev("wrong.toml");
    ran.failed(5, "plugin `hello` did not start");
    assert!(ran.err.contains("wrong.toml, line 2, column 1: `[log]` has no key `lvl`"), "{ran:?}");
    dev("nowhere.toml").failed(5, "plugin `hello` did not start");
}

#[test]
fn dev_says_what_the_policy_lacks() {
    let stage = Stage::new();
    fs::copy(test_guests::NEEDS_CONFIG, stage.file("mine.wasm")).unwrap();
    let dev = || stage.run(&["dev", "mine.wasm", "--launcher", &launcher(), "--port", "0", "--get", "/config/region"]);
    let ran = dev();
    ran.failed(5, "error: plugin `mine` did not start: the plugin `needs-config` needs `api_key` ");
    let said =
        "the plugin `needs-config` needs `api_key` (The key of the mail service) and `sender` (The address that mail comes from)";
    assert!(ran.err.contains(said) && ran.err.contains("\n        api_key = \"...\"  "), "{ran:?}");
    let hint = "\n`temps-wasm dev` runs a copy of the plugin, with the policy in ";
    assert!(ran.err.contains(hint) && ran.err.ends_with("/mine.toml: put the lines there\n"), "{ran:?}");
    fs::write(stage.file("mine.toml"), "[config]\napi_key = \"hunter2\"\n").unwrap();
    let ran = dev();
    ran.failed(5, "mine.toml does not set it: add to its [config]\n");
    assert!(!ran.err.contains("put the lines there") && !ran.err.contains("hunter2"), "{ran:?}");
    fs::write(stage.file("mine.toml"), "[config]\napi_key = \"hunter2\"\nsender = \"a@b\"\n").unwrap();
    assert_eq!(dev().out(), "200 OK\neu\n");
}

#[test]
fn what_the_launcher_does_not_run_is_not_packed() {
    let stage = Stage::new();
    let ran = stage.run(&["pack", BAD_NAME, "-o", "new", "--launcher", &launcher()]);
    ran.failed(3, "cannot run as a plugin: the plugin's manifest is not valid: `name` is \"Bad Name\"");
    fs::write(stage.file("empty.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
    stage.run(&["pack", "empty.wasm", "-o", "new", "--launcher", &launcher()]).failed(3, "not a Temps plugin");
    assert_eq!(stage.names(), ["empty.wasm"]);
}

/// A launcher that says that it is for another CPU, which nobody would see on that one.
#[test]
fn a_plugin_without_code_compiles_where_it_runs() {
    let stage = Stage::installed(Some(launcher().as_ref()));
    let original = fs::read(launcher()).unwrap();
    let mut foreign = original.clone();
    foreign[18] = if cfg!(target_arch = "aarch64") { 62 } else { 183 };
    stage.executable("foreign", &foreign);
    stage.run(&["pack", TEMPS_HELLO_PLUGIN, "--launcher", "foreign"]).out();
    assert!(stage.bundle("hello").section(Kind::CODE).unwrap().is_none());
    let mut packed = stage.read("hello");
    packed[18] = original[18];
    stage.executable("hello", &packed);
    answers(&stage, "hello", "2");
}
