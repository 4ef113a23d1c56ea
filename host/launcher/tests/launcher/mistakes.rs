//! Usual mistakes of plugins' authors and operators: the log names what to do.

use std::fs;

use http::StatusCode;
use serde_json::Value;
use temps_plugin_protocol::{ProtocolVersion, SDK_VERSION_SECTION};

use crate::support::Start;

/// This workspace has one version, so the guests' SDK has the launcher's.
const OURS: &str = env!("CARGO_PKG_VERSION");

#[tokio::test]
async fn what_no_component_can_do_gets_a_hint() {
    let (launcher, _channel) = Start::with(test_guests::PANICS).running().await;
    for (mistake, cause, hint) in [
        ("tokio-spawn", "there is no reactor running", "temps_plugin_sdk::spawn for tokio::spawn"),
        ("tokio-sleep", "there is no reactor running", "temps_plugin_sdk::time for tokio::time"),
        ("blocking-lock", "condvar wait not supported", "`lock` for `blocking_lock`"),
        ("thread", "failed to spawn thread", "a plugin has one thread: use temps_plugin_sdk::spawn"),
        ("process", "operation not supported on this platform", "no processes"),
        ("socket", "PermissionDenied", "temps_plugin_sdk::http"),
        ("variable", "NotPresent", "ctx.config(key)"),
        ("file", "No such file or directory", "ctx.data_dir()"),
        ("exit", "Exited with i32 exit status 1", "return an error instead"),
    ] {
        let before = launcher.log().len();
        // An answer between two failures, after which the next instance does not wait.
        assert_eq!(launcher.get("/ok").await.text, "ok");
        assert_eq!(launcher.get(&format!("/mistake/{mistake}")).await.status, StatusCode::INTERNAL_SERVER_ERROR);
        let failed = |line: &String| line.contains("the plugin's instance failed");
        // The line is written before the request is answered, and read soon after.
        launcher.logged(&format!("/mistake/{mistake}")).await;
        let line = launcher.log().into_iter().skip(before).find(failed).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        assert!(line["cause"].as_str().unwrap().contains(cause), "{line}");
        assert!(line["hint"].as_str().unwrap().contains(hint), "{line}");
    }
    assert_eq!(launcher.get("/ok").await.text, "ok");
    assert_eq!(launcher.get("/panic").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let own = launcher.logged("the guest gives up").await;
    assert!(!own.contains(r#""hint""#), "{own}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_start_that_fails_says_its_cause_once_with_a_hint() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let mut launcher = Start::with(test_guests::TRAPS_IN_INIT).version(version).spawn();
        launcher.manifest().await;
        launcher.launch().await;
        launcher.fails(6, &["no reactor running"]).await;
        let last: Value = serde_json::from_str(launcher.log().last().unwrap()).unwrap();
        assert!(last["hint"].as_str().unwrap().contains("temps_plugin_sdk::spawn"), "{last}");
        assert!(last["backtrace"].as_str().unwrap().contains("tokio"), "{last}");
        let told = launcher.log().iter().filter(|line| line.contains("no reactor running")).count();
        assert_eq!(told, 1);
    }
}

#[tokio::test]
async fn a_subscription_to_what_no_temps_sends_is_warned_of() {
    let (launcher, _channel) = Start::with(test_guests::MISSPELT_EVENT).running().await;
    let unknown =
        launcher.logged("`deployment.suceeded`, which no known Temps sends: did you mean `deployment.succeeded`?").await;
    assert!(unknown.contains(r#""level":"WARN""#), "{unknown}");
    let unhandled = launcher.logged("`on_event` is not implemented").await;
    assert!(unhandled.contains(r#""level":"WARN""#) && unhandled.contains(r#""target":"guest""#), "{unhandled}");
    launcher.stop().await;
}

/// A guest of the SDK that says another version, and imports `tide` in place of `time`.
fn of_version(version: &str) -> Vec<u8> {
    let mut component = fs::read(test_guests::PANICS).unwrap();
    assert_eq!(version.len(), OURS.len(), "the section keeps its length");
    let section = [SDK_VERSION_SECTION, OURS].concat();
    assert_eq!(replace(&mut component, &section, &[SDK_VERSION_SECTION, version].concat()), 1);
    assert!(replace(&mut component, "temps:plugin/time@0.1.0", "temps:plugin/tide@0.1.0") > 0);
    component
}

/// Says how often.
fn replace(bytes: &mut [u8], old: &str, new: &str) -> usize {
    assert_eq!(old.len(), new.len());
    let found: Vec<usize> = (0..bytes.len() - old.len()).filter(|at| bytes[*at..].starts_with(old.as_bytes())).collect();
    found.iter().for_each(|at| bytes[*at..at + new.len()].copy_from_slice(new.as_bytes()));
    found.len()
}

#[tokio::test]
async fn a_newer_sdk_is_told_from_an_older_one() {
    let import = "imports something that this launcher does not have: ";
    let newer = [
        import,
        "`temps:plugin/tide@0.1.0`",
        &format!("temps-plugin-sdk 9.9.9, and this launcher is {OURS}: update temps-launcher and temps-wasm to 9.9.9, or build"),
    ];
    Start::with_bytes(&of_version("9.9.9")).spawn().fails(4, &newer).await;
    let advice = format!("temps-plugin-sdk 0.0.1, and this launcher is {OURS}: build the plugin with temps-plugin-sdk {OURS}");
    Start::with_bytes(&of_version("0.0.1")).spawn().fails(4, &[import, "`temps:plugin/tide@0.1.0`", &advice]).await;
    let same = [import, "`temps:plugin/tide@0.1.0`", "as this launcher was", "another crate in the plugin"];
    Start::with_bytes(&of_version(OURS)).spawn().fails(4, &same).await;
}

#[tokio::test]
async fn a_record_of_another_sdk_names_both_versions() {
    let mut component = fs::read(test_guests::PANICS).unwrap();
    let section = [SDK_VERSION_SECTION, OURS].concat();
    assert_eq!(replace(&mut component, &section, &[SDK_VERSION_SECTION, "9.9.9"].concat()), 1);
    // A field of the manifest.
    assert!(replace(&mut component, "health-path", "health-patk") > 0);
    let said = ["exports are not those of this launcher: expected record field", "temps-plugin-sdk 9.9.9, and this launcher is "];
    Start::with_bytes(&component).spawn().fails(4, &said).await;
}

#[tokio::test]
async fn an_older_sdk_without_an_export_is_named_too() {
    let component = format!(r#"(component (core module (@custom "{SDK_VERSION_SECTION}" "0.0.1")))"#);
    let said = ["not a Temps plugin", "temps-plugin-sdk 0.0.1", "build the plugin with temps-plugin-sdk "];
    Start::with_bytes(&wat::parse_str(component).unwrap()).spawn().fails(4, &said).await;
    let other = ["not a Temps plugin", "built with something else than temps-plugin-sdk"];
    Start::with_bytes(&wat::parse_str("(component)").unwrap()).spawn().fails(4, &other).await;
}

#[tokio::test]
async fn less_memory_than_the_component_has_from_its_start() {
    for start in [
        Start::with(test_guests::PANICS).limit("memory", "64KiB"),
        Start::with(test_guests::PANICS).policy("[limits]\nmemory = \"64KiB\"\n"),
        Start::with(test_guests::PANICS).compiled_anew().limit("memory", "64KiB"),
    ] {
        let said =
            ["the limit `memory` is 64KiB, and the component ", "plugin.wasm has ", "iB of memory from its start: set `memory`"];
        start.spawn().fails(11, &said).await;
    }
}

#[tokio::test]
async fn as_much_memory_as_the_component_begins_with_is_no_fault_of_the_limit() {
    // One page: what the component begins with is what it may have.
    let component = "(component (core module (memory 1)))";
    let bytes = wat::parse_str(component).unwrap();
    Start::with_bytes(&bytes).limit("memory", "64KiB").spawn().fails(4, &["not a Temps plugin"]).await;
    Start::with_bytes(&bytes).limit("memory", "65535").spawn().fails(11, &["is 65535 bytes, and", "has 64KiB of memory"]).await;
}

#[tokio::test]
async fn more_memory_than_there_are_addresses() {
    let policy = "[limits]\nmemory = \"5GiB\"\n";
    let said = ["line 2, column 1: limit `memory`: `5GiB` is not a size above zero and at most 4GiB"];
    Start::with(test_guests::PANICS).policy(policy).spawn().fails(11, &said).await;
    let (launcher, _channel) = Start::with(test_guests::PANICS).policy("[limits]\nmemory = \"4GiB\"\n").running().await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}
