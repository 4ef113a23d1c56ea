//! The configuration that a plugin declares: what it requires is there before line 1, defaults stand
//! in, and keys that it does not declare are told.

use http::StatusCode;
use temps_plugin_protocol::ProtocolVersion;

use crate::support::{Launcher, Start};

/// The exit code for a policy that cannot be used.
const POLICY: i32 = 11;

const COMPLETE: &str = "[config]\napi_key = \"hunter2\"\nsender = \"a@b\"\n";

fn guest() -> Start {
    Start::with(test_guests::NEEDS_CONFIG)
}

/// Nothing is announced, and the guest's `init` does not run.
async fn fails(start: Start, said: &[&str]) -> Launcher {
    let mut launcher = start.spawn();
    launcher.fails(POLICY, said).await;
    let log = launcher.log().join("\n");
    assert!(!log.contains("the guest is initialised") && !log.contains("hunter2"), "{log}");
    launcher
}

#[tokio::test]
async fn all_missing_keys_are_told_in_one_message() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let start = guest().version(version);
        let path = start.folder().join("plugin.toml");
        let said = format!(
            "the plugin `needs-config` needs `api_key` (The key of the mail service) and `sender` (The address that mail \
             comes from), and there is no policy file: create {} with\n    [config]\n    api_key = \"...\"          # or {{ \
             file = \"/path/to/secret\" }}\n    sender = \"...\"",
            path.display()
        );
        fails(start, &[&said]).await;
    }
}

#[tokio::test]
async fn a_policy_that_is_there_gets_what_it_lacks() {
    let start = guest().policy("[log]\nlevel = \"info\"");
    let path = start.folder().join("plugin.toml");
    let does_not = |path: &std::path::Path| format!("and the policy file {} does not set", path.display());
    fails(start, &[&does_not(&path), "them: add\n    [config]\n    api_key = "]).await;

    let start = guest().policy("[config]\napi_key = \"hunter2\"");
    let path = start.folder().join("plugin.toml");
    let said = ["needs `sender` (The address", &does_not(&path), "it: add to its [config]\n    sender = \"...\""];
    let launcher = fails(start, &said).await;
    assert!(!launcher.log().last().unwrap().contains("api_key"), "only what is missing is told");

    let start = guest().policy(COMPLETE);
    let named = start.folder().join("named.toml");
    std::fs::write(&named, "").unwrap();
    fails(start.argument("--policy").argument(named.to_str().unwrap()), &[&does_not(&named)]).await;
}

#[tokio::test]
async fn a_default_stands_in_for_what_is_not_set() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let launcher = guest().version(version).policy(COMPLETE).ready().await;
        assert_eq!(launcher.get("/keys").await.text, "api_key,region,sender");
        for (key, value) in [("api_key", "hunter2"), ("region", "eu"), ("sender", "a@b")] {
            let told = launcher.get(&format!("/config/{key}")).await;
            assert_eq!((told.status, told.text.as_str()), (StatusCode::OK, value));
        }
        assert_eq!(launcher.get("/config/reply_to").await.status, StatusCode::NOT_FOUND);
        launcher.stop().await;
    }
    let launcher = guest().policy(&format!("{COMPLETE}region = \"\"\n")).ready().await;
    assert_eq!(launcher.get("/config/region").await.text, "", "an empty value is one");
    launcher.stop().await;
}

#[tokio::test]
async fn temps_is_not_told() {
    let mut launcher = guest().policy(COMPLETE).spawn();
    let line = launcher.line().await.unwrap();
    assert!(!line.contains("\"config\"") && !line.contains("api_key"), "{line}");
}

#[tokio::test]
async fn a_key_that_is_not_declared_is_told_once_and_reaches_the_guest() {
    let launcher = guest().policy(&format!("{COMPLETE}reply-to = \"c@d\"\nunlike_any = \"x\"\n")).ready().await;
    let path = launcher.folder().join("plugin.toml");
    let said = |line: usize, key: &str, end: &str| {
        format!(r#"the policy file {}, line {line}, column 1: the plugin does not declare `config.{key}`{end}""#, path.display())
    };
    for said in [said(4, "reply-to", ": did you mean `reply_to`?"), said(5, "unlike_any", "")] {
        let lines: Vec<String> = launcher.log().into_iter().filter(|line| line.contains(&said)).collect();
        assert_eq!(lines.len(), 1, "{said}: {lines:?}");
        assert!(lines[0].contains(r#""level":"WARN","plugin":"needs-config""#), "{lines:?}");
    }
    assert_eq!(launcher.get("/config/reply-to").await.text, "c@d");
    launcher.stop().await;
}

#[tokio::test]
async fn a_plugin_that_declares_none_takes_any() {
    let launcher = Start::with(test_guests::TELLS_CONFIG).policy(COMPLETE).ready().await;
    assert_eq!(launcher.get("/keys").await.text, "api_key,sender");
    let log = launcher.log().join("\n");
    assert!(!log.contains("does not declare"), "{log}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_misspelt_key_is_told_before_the_one_that_is_missing() {
    let launcher = fails(guest().policy("[config]\napi_key = \"hunter2\"\nsendr = \"\""), &["needs `sender`"]).await;
    launcher.logged("does not declare `config.sendr`: did you mean `sender`?").await;
}
