use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::inspect::described;
use crate::stage::{Stage, fake_launcher};

fn greeter(version: &str, origins: &[&str]) -> Value {
    let network: Vec<Value> = origins.iter().map(|origin| json!({ "origin": origin, "reason": "why\u{1b}[2J not" })).collect();
    described(&json!({ "manifest": { "name": "greeter", "version": version, "requires_db": false }, "network": network }))
}

/// A stage with an empty plugins folder `p`.
fn stage() -> Stage {
    let stage = Stage::new();
    fs::create_dir(stage.file("p")).unwrap();
    stage
}

fn names(stage: &Stage) -> Vec<String> {
    let names = fs::read_dir(stage.file("p")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn policy(stage: &Stage) -> String {
    String::from_utf8(stage.read("p/greeter.toml")).unwrap()
}

#[test]
fn it_is_in_place_with_its_policy() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &["https://a.example", "https://b.example"]), &[]);
    let ran = stage.run(&["install", "new", "--plugins-dir", "p", "--yes", "--grant", "network=https://a.example"]);
    assert!(
        ran.err.contains("https://a.example  granted now\n") && ran.err.contains("https://b.example  not granted\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("why\\u{1b}[2J not") && !ran.err.contains('\x1b'), "{ran:?}");
    assert!(ran.err.lines().all(|line| line.chars().count() <= 80), "{ran:?}");
    assert_eq!(ran.out(), "p/greeter\n");
    assert_eq!(names(&stage), ["greeter", "greeter.toml"]);
    assert!(stage.read("p/greeter") == stage.read("new"));
    assert_eq!(fs::metadata(stage.file("p/greeter")).unwrap().permissions().mode() & 0o7777, 0o755);
    assert!(policy(&stage).ends_with("\nallow = [\"https://a.example\"]\n"), "{}", policy(&stage));
    // The other is not granted by an upgrade, as it is not new.
    stage.packed("new", greeter("1.0.1", &["https://a.example", "https://b.example"]), &[]);
    let ran = stage.run(&["install", "new", "--plugins-dir", "p", "--yes"]);
    assert!(ran.err.contains("greeter 1.0.0: an upgrade\n") && ran.err.contains("Temps has to restart it"), "{ran:?}");
    assert!(ran.err.contains("policy       p/greeter.toml, kept\n"), "{ran:?}");
    ran.out();
    stage.run(&["install", "new", "--plugins-dir", "p", "--yes", "--grant", "all"]).out();
    assert!(policy(&stage).ends_with("\nallow = [\"https://a.example\", \"https://b.example\"]\n"), "{}", policy(&stage));
    let json: Value = serde_json::from_str(&stage.run(&["inspect", "p/greeter", "--json"]).out()).unwrap();
    assert_eq!(json["wants"]["network"][1]["granted_by"], "https://b.example");
}

#[test]
fn without_a_terminal_somebody_has_to_have_decided() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &["https://a.example", "https://b.example"]), &[]);
    let expected = "Pass --yes,\nand for what it is to be granted --grant all, or of these:\n  \
                    --grant 'network=https://a.example'\n  --grant 'network=https://b.example'\n";
    stage.run(&["install", "new", "--plugins-dir", "p"]).failed(13, expected);
    stage.run(&["install", "new", "--plugins-dir", "p", "--grant", "all"]).failed(13, "to ask on. Pass --yes\n");
    assert_eq!(names(&stage), [""; 0]);
}

#[test]
fn a_dry_run_leaves_the_folder_as_it_was() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &["https://a.example"]), &[]);
    let dry = |more: &[&str]| stage.run(&[&["install", "new", "--plugins-dir", "p", "--dry-run"], more].concat());
    let ran = dry(&[]);
    assert!(ran.err.contains("would ask    for 1 of these") && ran.err.ends_with("nothing was written\n"), "{ran:?}");
    assert_eq!(ran.out(), "p/greeter\n");
    assert_eq!(names(&stage), [""; 0]);
    stage.run(&["install", "new", "--plugins-dir", "p", "--yes"]).out();
    stage.packed("new", greeter("2.0.0", &["https://a.example"]), &[]);
    let of = |name: &str| (stage.read(name), fs::metadata(stage.file(name)).unwrap().modified().unwrap());
    let before = [of("p/greeter"), of("p/greeter.toml")];
    let ran = dry(&["--yes", "--grant", "all"]);
    assert!(ran.err.contains("policy       p/greeter.toml, kept, with one grant more\n"), "{ran:?}");
    ran.out();
    assert_eq!([of("p/greeter"), of("p/greeter.toml")], before);
    stage.run(&["uninstall", "greeter", "--plugins-dir", "p", "--dry-run"]).out();
    assert_eq!(names(&stage), ["greeter", "greeter.toml"]);
}

/// A plugin that requires a key and has a default for another.
fn configured(version: &str) -> Value {
    described(&json!({
        "manifest": { "name": "greeter", "version": version, "requires_db": false },
        "config": [
            { "name": "api_key", "description": "The key\u{1b}[2J of a service", "required": true, "secret": true },
            { "name": "region", "description": "Where to", "default_value": "eu" },
        ],
    }))
}

#[test]
fn without_a_terminal_the_lines_to_add_are_told() {
    let stage = stage();
    stage.packed("new", configured("1.0.0"), &[]);
    let install = || stage.run(&["install", "new", "--plugins-dir", "p", "--yes"]);
    let ran = install();
    assert!(ran.err.contains("\nconfig       api_key  required, secret, not set\n"), "{ran:?}");
    assert!(ran.err.contains("             region  not set, default \"eu\"\n"), "{ran:?}");
    let lines = "it does not start yet: the plugin `greeter` needs `api_key` (The key\\u{1b}[2J of a service) and the policy file \
                 p/greeter.toml does not set it: add to its [config]\n    api_key = \"...\"          # or { file = \
                 \"/path/to/secret\" }\n";
    assert!(ran.err.ends_with(lines), "{ran:?}");
    assert_eq!(ran.out(), "p/greeter\n");
    fs::write(stage.file("p/greeter.toml"), format!("{}api_key = {{ file = \"f\" }}\n", policy(&stage))).unwrap();
    let ran = install();
    assert!(ran.err.contains("api_key  required, secret, set\n") && !ran.err.contains("does not start"), "{ran:?}");
    ran.out();
}

#[test]
fn a_policy_decides_what_may_be_installed() {
    let stage = stage();
    ["mine", "other"].iter().for_each(|key| stage.key(key));
    let trust = |key: &str| format!("[trust]\nkeys = [\"{}\"]\n", String::from_utf8(stage.read(key)).unwrap().trim());
    fs::write(stage.file("p/greeter.toml"), trust("mine.pub")).unwrap();
    stage.packed("unsigned", greeter("1.0.0", &[]), &[]);
    stage.packed("signed", greeter("1.0.0", &[]), &["--sign", "mine"]);
    stage.packed("foreign", greeter("1.0.0", &[]), &["--sign", "other"]);
    let install = |file: &str, more: &[&str]| stage.run(&[&["install", file, "--plugins-dir", "p", "--yes"], more].concat());
    let failed = |ran: crate::stage::Ran, code, text: &str| {
        assert!(ran.code == Some(code) && ran.out.is_empty() && ran.err.contains(text), "{text:?}: {ran:?}");
    };
    failed(install("unsigned", &[]), 12, "the policy p/greeter.toml wants the plugin signed: ");
    failed(install("foreign", &[]), 12, "wants the plugin signed: ");
    failed(install("signed", &["--key", "other.pub"]), 12, "is not trusted here");
    assert_eq!(names(&stage), ["greeter.toml"]);
    let ran = install("signed", &["--key", "mine.pub"]);
    assert!(ran.err.contains(", checked\n"), "{ran:?}");
    ran.out();
    assert_eq!(policy(&stage), trust("mine.pub"), "it is kept");
    fs::set_permissions(stage.file("p/greeter.toml"), fs::Permissions::from_mode(0o666)).unwrap();
    failed(install("signed", &[]), 14, "everybody may write to it");
    fs::set_permissions(stage.file("p/greeter.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(stage.file("p/greeter.toml"), "[network]\nalow = []\n").unwrap();
    failed(install("signed", &[]), 14, "did you mean `allow`?");
}

#[test]
fn the_signer_can_be_trusted_from_then_on() {
    let stage = stage();
    ["mine", "other"].iter().for_each(|key| stage.key(key));
    stage.packed("signed", greeter("1.0.0", &[]), &["--sign", "mine"]);
    stage.packed("foreign", greeter("1.0.1", &[]), &["--sign", "other"]);
    let install = |file: &str, more: &[&str]| stage.run(&[&["install", file, "--plugins-dir", "p", "--yes"], more].concat());
    install("signed", &["--trust"]).failed(2, "--key");
    let line = format!("keys = [\"{}\"]\n", String::from_utf8(stage.read("mine.pub")).unwrap().trim());
    let ran = install("signed", &["--trust", "--key", "other.pub", "--key", "mine.pub"]);
    assert!(ran.err.contains("starts only what is signed with ") && ran.err.contains(" from now on\n"), "{ran:?}");
    ran.out();
    assert!(policy(&stage).ends_with(&format!("\n[trust]\n{line}")), "{}", policy(&stage));
    // A second time nothing is added, and a policy that is there gets it behind what it has.
    install("signed", &["--trust", "--key", "mine.pub"]).out();
    assert_eq!(policy(&stage).matches("temps-plugin-key").count(), 1);
    fs::write(stage.file("p/greeter.toml"), "[log]\nlevel = \"off\" # quiet\n").unwrap();
    install("signed", &["--trust", "--key", "mine.pub"]).out();
    assert_eq!(policy(&stage), format!("[log]\nlevel = \"off\" # quiet\n\n[trust]\n{line}"));
    let ran = install("foreign", &["--replace"]);
    assert!(ran.code != Some(0), "{ran:?}");
}

#[test]
fn what_is_no_packed_plugin_is_not_installed() {
    let stage = stage();
    stage.component("a.wasm", json!({}));
    stage.packed("plugin", greeter("1.0.0", &[]), &[]);
    let packed = stage.read("plugin");
    fs::write(stage.file("cut"), &packed[..packed.len() - 1]).unwrap();
    let launcher = fake_launcher();
    for (arguments, code, text) in [
        (&["a.wasm", "--plugins-dir", "p"][..], 10, "a.wasm is a component: `temps-wasm pack` makes a plugin of it"),
        (&[launcher.to_str().unwrap(), "--plugins-dir", "p"], 10, "is not packed"),
        (&["cut", "--plugins-dir", "p"], 11, "was cut off"),
        (&["plugin", "--plugins-dir", "gone"], 9, "gone"),
        (&["plugin", "--plugins-dir", "p", "--as", "a/b"], 9, "no plugin's file can be called `a/b`"),
        (&["plugin"], 2, "--plugins-dir"),
        (&["plugin", "--plugins-dir", "p", "--grant", "network=https://a.example/"], 2, "leave it out"),
    ] {
        stage.run(&[&["install", "--yes"], arguments].concat()).failed(code, text);
    }
    stage.executable("p/greeter", b"#!/bin/sh\n");
    stage.run(&["install", "--yes", "plugin", "--plugins-dir", "p"]).failed(15, "--replace puts this one in its place");
    stage.run(&["install", "--yes", "plugin", "--plugins-dir", "p", "--replace"]).out();
    assert!(stage.read("p/greeter") == packed);
}

#[test]
fn a_place_is_not_handed_over_to_another_plugin() {
    let stage = stage();
    for key in ["mine", "other"] {
        stage.run(&["keygen", "-o", key]).out();
    }
    stage.packed("unsigned", greeter("1.0.0", &[]), &[]);
    stage.packed("signed", greeter("1.1.0", &[]), &["--sign", "mine"]);
    stage.packed("others", greeter("1.2.0", &[]), &["--sign", "other"]);
    let another = json!({ "manifest": { "name": "another", "version": "1.0.0", "requires_db": false } });
    stage.packed("another", described(&another), &[]);
    let install = |file: &str, more: &[&str]| {
        stage.run(&[&["install", "--yes", file, "--plugins-dir", "p", "--as", "greeter"], more].concat())
    };
    install("unsigned", &[]).out();
    // Whoever signs is welcome where nobody had.
    install("signed", &[]).out();
    let signed = stage.read("p/greeter");
    for (file, said) in [
        ("another", "p/greeter is the plugin `greeter`, and not `another`: --replace"),
        ("unsigned", "and this one is not signed: --replace"),
        ("others", "and this one with the key "),
    ] {
        install(file, &[]).failed(15, said);
        install(file, &["--replace"]).failed(15, "p/greeter.toml grants what the other plugin was trusted with");
        assert!(stage.read("p/greeter") == signed);
    }
    fs::rename(stage.file("p/greeter.toml"), stage.file("kept.toml")).unwrap();
    install("another", &["--replace"]).out();
    assert!(stage.read("p/greeter") == stage.read("another"));
}

#[test]
fn a_place_that_is_no_file_is_not_taken() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &[]), &[]);
    let place = stage.file("p/greeter");
    let refused = || {
        for more in [&[][..], &["--replace"]] {
            let ran = stage.run(&[&["install", "--yes", "new", "--plugins-dir", "p"], more].concat());
            ran.failed(15, "p/greeter is there, and is no file");
        }
        fs::remove_file(&place).unwrap();
    };
    let socket = std::os::unix::net::UnixListener::bind(&place).unwrap();
    refused();
    drop(socket);
    std::os::unix::fs::symlink("nowhere", &place).unwrap();
    refused();
    mkfifo(&place);
    refused();
}

fn mkfifo(path: &std::path::Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_key_that_is_no_file_is_not_waited_for() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &[]), &[]);
    stage.component("a.wasm", json!({}));
    mkfifo(&stage.file("key"));
    stage.run(&["verify", "new", "--key", "key"]).failed(9, "it is not a file");
    stage.run(&["pack", "a.wasm", "-o", "signed", "--sign", "key"]).failed(9, "it is not a file");
}

#[test]
fn a_full_place_leaves_the_old_version() {
    // A folder that nobody may write to is none for root; /proc is.
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &[]), &[]);
    let ran = stage.run(&["install", "--yes", "new", "--plugins-dir", "/proc/self"]);
    assert!(ran.code == Some(9) && ran.err.contains("cannot make a file in /proc/self"), "{ran:?}");
}

#[test]
fn it_is_uninstalled_with_its_policy() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &[]), &[]);
    let install = || stage.run(&["install", "--yes", "new", "--plugins-dir", "p"]).out();
    install();
    let uninstall = |more: &[&str]| stage.run(&[&["uninstall", "greeter", "--plugins-dir", "p"], more].concat());
    let ran = uninstall(&[]);
    assert!(ran.code == Some(13) && ran.err.contains("there is no terminal to ask on. Pass --yes"), "{ran:?}");
    assert_eq!(names(&stage), ["greeter", "greeter.toml"]);
    let ran = uninstall(&["--yes", "--keep-policy"]);
    assert!(ran.err.contains("keeps      p/greeter.toml\n") && ran.err.contains("its data, which is in the folder"), "{ran:?}");
    ran.out();
    assert_eq!(names(&stage), ["greeter.toml"]);
    install();
    uninstall(&["--yes"]).out();
    assert_eq!(names(&stage), [""; 0]);
    for name in ["greeter", "../new", ".", ""] {
        let ran = stage.run(&["uninstall", "--yes", name, "--plugins-dir", "p"]);
        assert!(ran.code == Some(15) && ran.err.contains("there is no plugin"), "{ran:?}");
    }
    stage.executable("p/native", b"#!/bin/sh\n");
    stage.run(&["uninstall", "--yes", "native", "--plugins-dir", "p"]).failed(15, "p/native is no packed plugin");
    assert_eq!(names(&stage), ["native"]);
}

#[test]
fn data_goes_only_when_it_is_said_and_nobody_uses_it() {
    let stage = stage();
    stage.packed("new", greeter("1.0.0", &[]), &[]);
    stage.run(&["install", "--yes", "new", "--plugins-dir", "p"]).out();
    let uninstall = |more: &[&str]| stage.run(&[&["uninstall", "--yes", "greeter", "--plugins-dir", "p"], more].concat());
    fs::create_dir_all(stage.file("data/files")).unwrap();
    assert_eq!(uninstall(&["--purge"]).code, Some(2));
    let ran = uninstall(&["--purge", "--data-dir", "data"]);
    assert!(ran.code == Some(9) && ran.err.contains("data is no plugin's data directory"), "{ran:?}");
    fs::create_dir(stage.file("data/.launcher")).unwrap();
    let lock = fs::File::create(stage.file("data/.launcher/lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let ran = uninstall(&["--purge", "--data-dir", "data"]);
    assert!(ran.code == Some(15) && ran.err.contains("a plugin runs with data"), "{ran:?}");
    assert_eq!(names(&stage), ["greeter", "greeter.toml"]);
    drop(lock);
    let ran = uninstall(&["--data-dir", "data"]);
    assert!(ran.err.contains("keeps      data, its data\n"), "{ran:?}");
    assert!(stage.file("data/files").is_dir());
    stage.run(&["install", "--yes", "new", "--plugins-dir", "p"]).out();
    uninstall(&["--purge", "--data-dir", "data"]).out();
    assert!(!stage.file("data").exists());
}

#[test]
fn those_that_are_there_are_listed() {
    let stage = stage();
    let list = |more: &[&str]| stage.run(&[&["list", "--plugins-dir", "p"], more].concat()).out();
    assert_eq!(list(&[]), "no packed plugins\n");
    stage.packed("new", greeter("1.0.0", &["https://a.example", "https://b.example"]), &[]);
    stage.run(&["install", "--yes", "new", "--plugins-dir", "p", "--grant", "network=https://a.example"]).out();
    stage.packed("p/other", json!({ "name": "other" }), &[]);
    let packed = stage.read("new");
    stage.executable("p/cut", &packed[..packed.len() - 1]);
    stage.packed("p/wrong", json!({ "name": "an-important-plugin-with-a-name-as-long-as-it-may-be-for-plugins" }), &[]);
    fs::write(stage.file("p/wrong.toml"), "[nothing]\n").unwrap();
    stage.executable("p/native", b"#!/bin/sh\n");
    fs::write(stage.file("p/text"), "text").unwrap();
    stage.packed("p/needs", configured("1.0.0"), &[]);
    let text = list(&[]);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let words: Vec<Vec<&str>> =
        text.lines().map(|line| line.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect()).collect();
    assert_eq!(words[0], ["NAME", "VERSION", "SIZE", "NETWORK", "POLICY"]);
    assert_eq!((words[1][0], words[1][1], words[1][4]), ("cut", "-", "none"));
    assert_eq!((words[2][0], words[2][1], words[2][3], words[2][4]), ("greeter", "1.0.0", "1 of 2", "ok"));
    assert_eq!((words[3][0], words[3][3], words[3][4]), ("needs (greeter)", "-", "incomplete"));
    assert_eq!((words[4][0], words[4][3], words[4][4]), ("other", "-", "none"));
    assert!(words[5][0].starts_with("wrong (an-important-") && words[5][0].ends_with('…') && words[5][4] == "invalid", "{text}");
    assert!(text.contains("- needs would not start: the plugin `greeter` needs `api_key`"), "{text}");
    assert!(text.contains("create p/needs.toml with\n    [config]\n    api_key = \"...\"  "), "{text}");
    assert!(text.contains("- cut does not run: ") && text.contains("- wrong would not start: "), "{text}");
    assert!(text.ends_with("\n1 other program\n"), "{text}");
    let json: Value = serde_json::from_str(&list(&["--json"])).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!((keys(&json), json["others"].clone()), ("others plugins".into(), json!(1)));
    assert_eq!(keys(&json["plugins"][1]), "bytes error file name network path policy sha256 version");
    assert_eq!(json["plugins"][1]["network"], json!({ "granted": 1, "wanted": 2 }));
    assert_eq!((&json["plugins"][0]["name"], json["plugins"][0]["error"].is_string()), (&Value::Null, true));
    assert_eq!(json["plugins"][2]["policy"]["state"], "incomplete");
    assert!(json["plugins"][2]["policy"]["error"].as_str().unwrap().contains("create p/needs.toml with\n    [config]\n"));
    let elsewhere: TempDir = tempfile::tempdir().unwrap();
    stage.run(&["list", "--plugins-dir", elsewhere.path().join("gone").to_str().unwrap()]).failed(9, "gone");
}
