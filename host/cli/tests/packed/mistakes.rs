//! Usual mistakes of plugins' authors: each is told once, with what to do.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use test_guests::{BAD_NAME, MISSPELT_EVENT, PANICS, TAKES_HEALTH, TRAPS_IN_INIT};

use crate::launcher::launcher;
use crate::stage::{Ran, Stage};

/// Runs `dev`, which has to fail with the cause as its last words, told once.
fn dev_fails(stage: &Stage, arguments: &[&str], said: &[&str]) -> Ran {
    let launcher = launcher();
    let ran = stage.run(&[&["dev", "--port", "0", "--launcher", &launcher], arguments].concat());
    assert_eq!(ran.code, Some(5), "{ran:?}");
    let (_, error) = ran.err.rsplit_once("\nerror: ").or_else(|| Some(("", ran.err.strip_prefix("error: ")?))).unwrap();
    for said in said {
        assert!(error.contains(said), "`{said}` is not in: {error}");
        assert_eq!(ran.err.matches(said).count(), 1, "`{said}` is told twice: {}", ran.err);
    }
    ran
}

#[test]
fn dev_tells_the_cause_of_a_failed_start_once_and_last() {
    let stage = Stage::new();
    let said = [
        "plugin `traps-in-init` did not start: the plugin failed while it was initialised: ",
        "no reactor running",
        "\n  hint: ",
    ];
    let ran = dev_fails(&stage, &[TRAPS_IN_INIT], &said);
    assert!(ran.err.contains("    0: abort\n") && ran.err.trim_end().ends_with("for tokio::time"), "{}", ran.err);
    dev_fails(&stage, &[BAD_NAME], &["the plugin's manifest is not valid: ", "use kebab-case, lower-case words"]);
    dev_fails(&stage, &[TAKES_HEALTH], &["the plugin failed while it was initialised: ", "the launcher answers"]);
    fs::write(stage.file("policy.toml"), "[limits]\nmemory = \"1MiB\"\n").unwrap();
    dev_fails(&stage, &[PANICS, "--policy", "policy.toml"], &["the limit `memory` is 1MiB, and the component "]);
}

#[test]
fn a_subscription_that_is_misspelt_is_warned_of() {
    let stage = Stage::new();
    let launcher = launcher();
    let meant = "did you mean `deployment.succeeded`?";
    let ran = stage.run(&["pack", MISSPELT_EVENT, "-o", "packed", "--launcher", &launcher]);
    assert!(ran.err.contains(meant) && ran.err.contains("`on_event` is not implemented"), "{ran:?}");
    ran.out();
    for inspected in ["packed", MISSPELT_EVENT] {
        let shown = stage.run(&["inspect", inspected, "--launcher", &launcher]).out();
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains("which no known Temps sends: did you mean `deployment.succeeded`?"), "{shown}");
        let json = stage.run(&["inspect", inspected, "--launcher", &launcher, "--json"]).out();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["wants"]["unknown_events"], serde_json::json!(["deployment.suceeded"]));
    }
    let dev = stage.run(&["dev", "packed", "--port", "0", "--get", "/"]);
    assert!(dev.err.contains(meant), "{dev:?}");
}

/// A crate with these dependencies, in versions that this workspace has, so that none is downloaded.
fn krate(stage: &Stage, name: &str, dependencies: &str) -> PathBuf {
    let folder = stage.file(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n[workspace]\n\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    folder
}

fn build(stage: &Stage, name: &str, dependencies: &str) -> (PathBuf, Ran) {
    let folder = krate(stage, name, dependencies);
    let mut command = stage.command(&["build", name, "--profile", "dev"]);
    (folder, Ran::of(command.env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR")))
}

#[test]
fn a_dependency_that_does_not_build_is_told_before_it_is_compiled() {
    let stage = Stage::new();
    for (name, dependencies, error) in [
        (
            "takes-tokio",
            "[dependencies]\ntokio = { version = \"1\", features = [\"net\", \"sync\"] }\n",
            "error: tokio does not build for WebAssembly with `net`\n  --> {}/Cargo.toml:12\n   |\n\
             12 - tokio = { version = \"1\", features = [\"net\", \"sync\"] }\n\
             12 + tokio = { version = \"1\", features = [\"sync\"] }\n   |\n",
        ),
        (
            "takes-axum",
            "[dependencies]\naxum = \"0.8\"\n",
            "error: axum's default features do not build for WebAssembly: they turn on tokio's `net`\n  --> {}/Cargo.toml:12\n   |\n\
             12 - axum = \"0.8\"\n\
             12 + axum = { version = \"0.8\", default-features = false, features = [\"form\", \"json\", \"matched-path\", \
             \"original-uri\", \"query\"] }\n   |\n",
        ),
    ] {
        let (folder, ran) = build(&stage, name, dependencies);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        let folder = folder.canonicalize().unwrap();
        assert!(ran.err.contains(&error.replace("{}", &folder.display().to_string())), "{}", ran.err);
        assert!(!folder.join("target").exists(), "something was compiled: {}", ran.err);
    }
}

#[test]
fn what_tests_and_build_scripts_depend_on_is_their_own() {
    let stage = Stage::new();
    let all = "tokio = { version = \"1\", features = [\"net\", \"rt-multi-thread\"] }\n";
    let dependencies = format!("[dev-dependencies]\n{all}[target.'cfg(not(target_family = \"wasm\"))'.dependencies]\n{all}");
    let (folder, ran) = build(&stage, "only-tests", &dependencies);
    assert_eq!((ran.code, ran.err.contains("error: ")), (Some(0), false), "{ran:?}");
    assert!(folder.join("target/wasm32-wasip2/debug/only_tests.wasm").exists());
}
