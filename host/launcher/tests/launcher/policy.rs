//! The policy file beside the binary: what it says is in force, and one that cannot be used ends the start before line 1.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, chown, symlink};

use bytes::Bytes;
use http::StatusCode;
use http_body_util::Empty;
use rustix::process::geteuid;
use temps_plugin_bundle::KeyPair;

use crate::support::{Launcher, Start};

/// The exit code for a policy that cannot be used.
const POLICY: i32 = 11;

fn guest() -> Start {
    Start::with(test_guests::TELLS_CONFIG)
}

/// Nothing is announced, and nothing is made.
async fn fails(start: Start, said: &[&str]) {
    let mut launcher = start.spawn();
    launcher.fails(POLICY, said).await;
    assert!(!launcher.folder().join("data").exists(), "nothing is created under a policy that cannot be used");
}

/// A start whose log may have less in it than others are told by.
async fn quietly(start: Start) -> Launcher {
    let mut launcher = start.spawn();
    launcher.manifest().await;
    launcher.launch().await;
    launcher.line().await.expect("a ready line");
    launcher
}

#[tokio::test]
async fn without_a_file_the_guest_is_told_nothing() {
    let launcher = guest().ready().await;
    assert_eq!(launcher.get("/keys").await.text, "");
    assert_eq!(launcher.get("/config/greeting").await.status, StatusCode::NOT_FOUND);
    launcher.stop().await;
}

#[tokio::test]
async fn the_guest_is_told_what_the_file_says() {
    let start = guest().env("GIVEN_TO_TEMPS", "hunter2 from the environment").policy(
        "[config]\ngreeting = \"hi, hunter2\"\napi_key = { env = \"GIVEN_TO_TEMPS\" }\ntoken = { file = \"secrets/token\" }\nempty = \"\"",
    );
    fs::create_dir(start.folder().join("secrets")).unwrap();
    fs::write(start.folder().join("secrets/token"), "hunter2 from a file\n").unwrap();
    let mut launcher = start.ready().await;
    assert_eq!(launcher.get("/keys").await.text, "api_key,empty,greeting,token");
    for (key, value) in [
        ("greeting", "hi, hunter2"),
        ("api_key", "hunter2 from the environment"),
        ("token", "hunter2 from a file"),
        ("empty", ""),
    ] {
        let told = launcher.get(&format!("/config/{key}")).await;
        assert_eq!((told.status, told.text.as_str()), (StatusCode::OK, value));
    }
    for other in ["Greeting", "GIVEN_TO_TEMPS", "PATH"] {
        assert_eq!(launcher.get(&format!("/config/{other}")).await.status, StatusCode::NOT_FOUND);
    }
    launcher.signal(rustix::process::Signal::TERM);
    assert!(launcher.exit().await.success());
    launcher.last_line().await;
    let log = launcher.log().join("\n");
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn a_value_that_cannot_be_had_ends_the_start() {
    let place = "plugin.toml, line 2, column 1: `config.key`: ";
    let env = || guest().policy("[config]\nkey = { env = \"NOT_GIVEN_TO_TEMPS\" }");
    fails(env(), &[place, "there is no environment variable NOT_GIVEN_TO_TEMPS"]).await;
    let odd = OsString::from_vec(b"hunter2\xff".to_vec());
    fails(env().env("NOT_GIVEN_TO_TEMPS", odd), &[place, "NOT_GIVEN_TO_TEMPS is not UTF-8 text"]).await;
    let most = "v".repeat(64 << 10);
    fails(env().env("NOT_GIVEN_TO_TEMPS", format!("{most}v")), &[place, "has more than 65536 bytes"]).await;
    let launcher = env().env("NOT_GIVEN_TO_TEMPS", &most).ready().await;
    assert_eq!(launcher.get("/config/key").await.text, most);
    launcher.stop().await;
    fails(guest().policy("[config]\nkey = { file = \"nowhere\" }"), &[place, "cannot read ", "nowhere: No such file"]).await;
}

#[tokio::test]
async fn limits_are_in_force_unless_the_command_line_says_otherwise() {
    let slow = || Start::with(test_guests::NEVER_ANSWERS).policy("[limits]\nfirst_byte = \"200ms\"");
    let launcher = slow().ready().await;
    assert_eq!(launcher.get("/never").await.status, StatusCode::GATEWAY_TIMEOUT);
    launcher.stop().await;

    let document = |policy: &str| Start::with(test_guests::LARGE_OPENAPI).policy(policy);
    document("[limits]\nopenapi_bytes = \"64KiB\"").spawn().fails(5, &["OpenAPI"]).await;
    let announced = document("[limits]\nopenapi_bytes = 65536").limit("openapi_bytes", "64MiB").spawn().manifest().await;
    assert_eq!(announced["type"], "hello");
}

#[tokio::test]
async fn the_users_own_headers_are_let_through() {
    let seen = async |start: Start| {
        let launcher = start.ready().await;
        let request = launcher.client().request("/headers").header("cookie", "a").header("authorization", "b");
        let seen = launcher.client().answer(request.body(Empty::<Bytes>::new()).unwrap()).await.text;
        launcher.stop().await;
        (seen.contains("cookie: a"), seen.contains("authorization: b"))
    };
    let guest = || Start::with(test_guests::SHOWS_HEADERS);
    assert_eq!(seen(guest().policy("")).await, (false, false));
    let cookie = || guest().policy("[instance]\npass_headers = [\"cookie\"]");
    assert_eq!(seen(cookie()).await, (true, false));
    assert_eq!(seen(cookie().argument("--pass-header=authorization")).await, (true, true));
}

#[tokio::test]
async fn the_log_has_the_files_level() {
    let lines = ["a line for debugging", "a line of information", "a warning"];
    for (level, from) in [("trace", 0), ("debug", 0), ("info", 1), ("warn", 2), ("error", 3), ("off", 3)] {
        let mut launcher = quietly(guest().policy(&format!("[log]\nlevel = \"{level}\""))).await;
        launcher.signal(rustix::process::Signal::TERM);
        assert!(launcher.exit().await.success());
        launcher.log_ended().await;
        let log = launcher.log().join("\n");
        for (at, line) in lines.iter().enumerate() {
            assert_eq!(log.contains(line), at >= from, "{level}: {line} in {log}");
        }
        assert_eq!(log.contains(r#""message":"ended""#), from <= 1, "the launcher's own lines: {log}");
        assert_eq!(log.contains(r#""level":"DEBUG","plugin":"tells-config","target":"temps_launcher"#), from == 0, "{log}");
        assert!(!log.contains("cranelift") && !log.contains("wasmtime"), "what libraries say is for nobody: {log}");
    }
}

#[tokio::test]
async fn another_file_can_be_named() {
    let start = guest().policy("[config]\nwhere = \"beside\"");
    let named = start.folder().join("named.toml");
    fs::write(&named, "[config]\nwhere = \"named\"").unwrap();
    let launcher = start.argument("--policy").argument(named.to_str().unwrap()).ready().await;
    assert_eq!(launcher.get("/config/where").await.text, "named");
    launcher.stop().await;
    let nowhere = guest().policy("").argument("--policy=/nowhere/policy.toml");
    fails(nowhere, &["the policy file /nowhere/policy.toml: cannot open it: No such file"]).await;
}

#[tokio::test]
async fn a_file_with_something_wrong_in_it() {
    for (text, said) in [
        ("[limits]\nmemry = 1", "line 2, column 1: `[limits]` has no key `memry`: did you mean `memory`?"),
        ("[limits]\nmemory = \"lots\"", "line 2, column 1: limit `memory`: `lots` is not a size above zero and at most 4GiB"),
        ("[limit]\nmemory = 1", "line 1, column 2: there is no table `limit`: did you mean `limits`?"),
        ("[network]\nallow = [\"https://*\"]", "line 2, column 10: `network.allow` has \"https://*\", which cannot be granted"),
        ("[instance]\npass_headers = [\"accept\"]", "line 2, column 17: `instance.pass_headers`: `accept` cannot be let through"),
        ("[log]\nlevel = 3", "line 2, column 9: `log.level` is a number"),
        ("[trust]\nkeys = [\"x\"]", "line 2, column 9: `trust.keys`: this is no key"),
        ("[config]\nkey = hunter2", "line 2, column 7: this is not TOML"),
    ] {
        let start = guest().policy(text);
        let path = start.folder().join("plugin.toml");
        fails(start, &[&format!("the policy file {}, ", path.display()), said]).await;
    }
}

#[tokio::test]
async fn a_file_that_others_may_have_written() {
    let start = guest().policy("");
    fs::set_permissions(start.folder().join("plugin.toml"), Permissions::from_mode(0o646)).unwrap();
    fails(start, &["plugin.toml: everybody may write to it (its mode is 646)", "chmod o-w"]).await;

    let start = guest();
    fs::write(start.folder().join("elsewhere.toml"), "").unwrap();
    symlink("elsewhere.toml", start.folder().join("plugin.toml")).unwrap();
    fails(start, &["plugin.toml: it is a symbolic link"]).await;

    // Only root can give a file away.
    if geteuid().is_root() {
        let start = guest().policy("");
        chown(start.folder().join("plugin.toml"), Some(4242), None).unwrap();
        fails(
            start,
            &["plugin.toml: it belongs to the user with the id 4242", "root or to the user that the plugin runs as (0)"],
        )
        .await;
    }
}

#[tokio::test]
async fn a_component_in_a_file_of_its_own_is_signed_by_nobody() {
    let key = KeyPair::generate().unwrap().public();
    let start = guest().policy(&format!("[trust]\nkeys = [\"{key}\"]"));
    let mut launcher = start.spawn();
    let said = [
        "plugin.toml trusts only plugins that its `trust.keys` signed",
        "plugin.wasm is a component in a file of its own",
        "pack --sign",
    ];
    launcher.fails(12, &said).await;
    assert!(!launcher.folder().join("data").exists());
}
