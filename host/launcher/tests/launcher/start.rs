//! Starts that fail once there is a component, each with its exit code and its cause in the last line of the log. What fails before that
//! is in `start_failures.rs`.

use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::{Duration, Instant};

use http::StatusCode;
use rustix::process::Signal;
use serde_json::{Value, json};
use temps_plugin_protocol::{ChannelError, ErrorCode, PlatformCall, ProtocolVersion, decode_ready_line};

use crate::support::{Launcher, SECRET, Start};

const BOTH: [ProtocolVersion; 2] = [ProtocolVersion::V1, ProtocolVersion::V2];

/// Starts up to the launch line, after which the start has to fail.
async fn fails_after_line_1(start: Start, code: i32, said: &[&str]) {
    let mut launcher = start.spawn();
    launcher.manifest().await;
    launcher.launch().await;
    launcher.fails(code, said).await;
    assert!(!launcher.socket().exists(), "the socket is left");
}

/// A start with nothing wrong in it. Its component is a small one, since each start compiles it.
fn proper() -> Start {
    Start::with(test_guests::NEVER_ANSWERS)
}

#[tokio::test]
async fn a_launch_line_that_breaks_a_rule() {
    let line = json!({ "protocol_version": 2, "auth_secret": SECRET, "database_url": null, "host_data_dir": null });
    let with = |field: &str, value: Value| {
        let mut line = line.clone();
        line[field] = value;
        line.to_string()
    };
    let mut missing = line.clone();
    missing.as_object_mut().unwrap().remove("auth_secret");
    for (line, said) in [
        ("not json".to_owned(), "not JSON"),
        ("[]".to_owned(), "not an object"),
        (with("protocol_version", json!(3)), "`protocol_version` is `3`"),
        (with("auth_secret", json!("")), "`auth_secret` is blank"),
        (with("auth_secret", json!(" ")), "`auth_secret` is blank"),
        (missing.to_string(), "`auth_secret` is missing"),
        (with("database_url", json!("postgres://user:hunter2@db")), "`database_url` is set"),
        (with("host_data_dir", json!("/hunter2")), "`host_data_dir` is set"),
    ] {
        let mut launcher = proper().launch_line(Some(&line)).spawn();
        launcher.manifest().await;
        launcher.launch().await;
        launcher.fails(1, &["launch line", said]).await;
        let log = launcher.log().concat();
        assert!(!log.contains("hunter2") && !log.contains(SECRET), "a secret is in the log: {log}");
    }
}

#[tokio::test]
async fn a_launch_line_that_is_too_long() {
    let line = "x".repeat((64 << 10) + 1);
    fails_after_line_1(proper().launch_line(Some(&line)), 1, &["launch line", "longer than 65536 bytes"]).await;
}

#[tokio::test]
async fn stdin_closed_before_the_launch_line() {
    fails_after_line_1(proper().launch_line(None), 1, &["launch line", "closed"]).await;
}

#[tokio::test]
async fn a_host_that_says_nothing() {
    let mut launcher = proper().limit("handshake_time", "500ms").spawn();
    launcher.manifest().await;
    launcher.fails(1, &["no launch line", "500ms", "--auth-secret"]).await;
}

#[tokio::test]
async fn a_host_that_does_not_listen() {
    for version in BOTH {
        let mut launcher = proper().version(version).stdout_closed().spawn();
        launcher.fails(1, &["manifest line", "stdout"]).await;
    }
}

#[tokio::test]
async fn an_import_that_nobody_has() {
    let component = r#"(component (import "temps:plugin/teleport@0.1.0" (instance (export "go" (func)))))"#;
    let mut launcher = Start::with_bytes(&wat::parse_str(component).unwrap()).spawn();
    launcher.fails(4, &["plugin.wasm", "imports", "temps:plugin/teleport@0.1.0"]).await;
}

#[tokio::test]
async fn an_invalid_name() {
    Start::with(test_guests::BAD_NAME).spawn().fails(5, &["manifest", "`name` is \"Bad Name\""]).await;
}

#[tokio::test]
async fn an_invalid_version() {
    Start::with(test_guests::BAD_VERSION).spawn().fails(5, &["manifest", "`version` is \"one\""]).await;
}

#[tokio::test]
async fn an_invalid_navigation_entry() {
    Start::with(test_guests::BAD_NAV).spawn().fails(5, &["manifest", "`nav[0].path`", "\"relative\""]).await;
}

#[tokio::test]
async fn an_invalid_event() {
    Start::with(test_guests::BAD_EVENT).spawn().fails(5, &["manifest", "`events[0]`", "Not An Event"]).await;
}

#[tokio::test]
async fn an_invalid_openapi_document() {
    let said = ["OpenAPI document is not valid", "`info.version` is missing"];
    Start::with(test_guests::BAD_OPENAPI).spawn().fails(5, &said).await;
}

#[tokio::test]
async fn an_openapi_document_that_is_too_large() {
    let mut launcher = Start::with(test_guests::LARGE_OPENAPI).limit("openapi_bytes", "1048575").spawn();
    launcher.fails(5, &["OpenAPI document is not valid", "1048576 bytes, and 1048575 are allowed", "openapi_bytes"]).await;
}

#[tokio::test]
async fn an_openapi_document_of_the_largest_size() {
    for version in BOTH {
        let mut launcher = Start::with(test_guests::LARGE_OPENAPI).version(version).spawn();
        launcher.manifest().await;
        launcher.launch().await;
        let ready = decode_ready_line(version, &launcher.line().await.unwrap()).unwrap();
        assert_eq!(ready.openapi.unwrap().to_string().len(), 1 << 20);
    }
}

#[tokio::test]
async fn a_guest_that_traps_in_manifest() {
    let said = ["manifest", "panicked at", "traps-in-manifest/src/lib.rs:", "no manifest today"];
    Start::with(test_guests::TRAPS_IN_MANIFEST).spawn().fails(6, &said).await;
}

#[tokio::test]
async fn a_guest_that_hangs_in_manifest() {
    let mut launcher = Start::with(test_guests::HANGS_IN_MANIFEST).limit("describe_time", "300ms").spawn();
    launcher.fails(6, &["`manifest`", "300ms"]).await;
}

#[tokio::test]
async fn a_guest_that_traps_in_init() {
    let said = ["initialised", "panicked at", "traps-in-init/src/lib.rs:", "no reactor running"];
    fails_after_line_1(Start::with(test_guests::TRAPS_IN_INIT), 6, &said).await;
}

#[tokio::test]
async fn a_guest_that_hangs_in_init() {
    let start = Start::with(test_guests::HANGS_IN_INIT).version(ProtocolVersion::V1).limit("init_time", "300ms");
    fails_after_line_1(start, 6, &["`init`", "300ms"]).await;
}

#[tokio::test]
async fn a_guest_that_fails_in_init() {
    fails_after_line_1(Start::with(test_guests::FAILS_IN_INIT), 6, &["the settings are missing"]).await;
}

#[tokio::test]
async fn a_guest_that_takes_the_launchers_route() {
    fails_after_line_1(Start::with(test_guests::TAKES_HEALTH), 6, &["`/health`", "health_path"]).await;
}

#[tokio::test]
async fn a_second_launcher_on_one_data_directory() {
    let (first, _channel) = proper().running().await;
    let data_dir = first.folder().join("data");
    let data_dir = data_dir.to_str().unwrap();
    let mut second = proper().argument("--data-dir").argument(data_dir).spawn();
    second.fails(8, &["in use", data_dir, &format!("process {}", first.id())]).await;
    assert_eq!(first.get("/ok").await.status, StatusCode::OK);
    first.stop().await;
}

#[tokio::test]
async fn a_socket_path_on_which_somebody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken");
    let listener = UnixListener::bind(&path).unwrap();
    let text = path.to_str().unwrap();
    fails_after_line_1(proper().argument("--socket-path").argument(text), 7, &["another process listens", text]).await;
    // The one that looked whether somebody is there, and one to see that somebody still is.
    listener.accept().unwrap();
    UnixStream::connect(&path).unwrap();
    listener.accept().unwrap();
}

#[tokio::test]
async fn a_socket_path_at_which_a_file_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken");
    std::fs::write(&path, "precious").unwrap();
    let text = path.to_str().unwrap();
    fails_after_line_1(proper().argument("--socket-path").argument(text), 7, &["no socket", text]).await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[tokio::test]
async fn a_stale_socket_is_replaced() {
    let start = proper();
    let path = start.folder().join("s");
    drop(UnixListener::bind(&path).unwrap());
    assert!(std::fs::symlink_metadata(&path).unwrap().file_type().is_socket());
    let (launcher, _channel) = start.running().await;
    assert_eq!(launcher.get("/ok").await.status, StatusCode::OK);
    launcher.stop().await;
}

#[tokio::test]
async fn a_host_that_opens_no_channel() {
    for version in BOTH {
        let mut launcher = proper().version(version).limit("channel_time", "300ms").ready().await;
        launcher.fails(9, &["/_temps/channel", "300ms"]).await;
        assert!(!launcher.socket().exists(), "the socket is left");
    }
}

#[tokio::test]
async fn a_signal_during_the_handshake() {
    let mut launcher = proper().spawn();
    launcher.manifest().await;
    launcher.signal(Signal::TERM);
    assert!(launcher.exit().await.success());
    assert_eq!(launcher.last_line().await["message"], "ended");
}

#[tokio::test]
async fn a_signal_during_init() {
    let mut launcher = Start::with(test_guests::HANGS_IN_INIT).spawn();
    launcher.manifest().await;
    launcher.launch().await;
    launcher.logged(r#""message":"bound""#).await;
    assert_eq!(launcher.get("/health").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn a_second_signal_while_requests_are_waited_for() {
    let (mut launcher, _channel) = Start::with(test_guests::ENDLESS_BODY).running().await;
    let request = launcher.client().request("/slow").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
    // Under way: its head is here, and its body has no end.
    let _endless = launcher.client().send(request).await;
    launcher.signal(Signal::TERM);
    launcher.logged(r#""message":"stopping""#).await;
    launcher.signal(Signal::TERM);
    assert_eq!(launcher.exit().await.code(), Some(143));
    assert!(!launcher.socket().exists(), "the socket is left");
}

/// Starts a guest that asks the platform in `init`, until the ready line: the host opens the channel after that.
async fn asks_in_init(version: ProtocolVersion) -> Launcher {
    Start::with(test_guests::ASKS_IN_INIT).version(version).ready().await
}

async fn has_its_answer_in_init(version: ProtocolVersion) {
    let launcher = asks_in_init(version).await;
    assert_eq!(launcher.get("/health").await.text, "ok");
    let mut channel = launcher.channel().await;
    let (id, call) = channel.query().await;
    assert_eq!(call, PlatformCall::GetProject { project_id: 7 });
    // A request waits for `init`.
    let (answer, ()) = tokio::join!(launcher.get("/name"), channel.answer_project(id));
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "seven"));
    launcher.stop().await;
}

#[tokio::test]
async fn an_init_that_asks_the_platform_has_its_answer_in_v1() {
    has_its_answer_in_init(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn an_init_that_asks_the_platform_has_its_answer_in_v2() {
    has_its_answer_in_init(ProtocolVersion::V2).await;
}

#[tokio::test]
async fn an_init_that_fails_on_the_platforms_answer_ends_the_process() {
    let mut launcher = asks_in_init(ProtocolVersion::V2).await;
    let mut channel = launcher.channel().await;
    let (id, _) = channel.query().await;
    channel.answer(id, &Err(ChannelError::new(ErrorCode::NotFound, "there is no project 7"))).await;
    launcher.fails(6, &["initialised", "there is no project 7"]).await;
    assert!(!launcher.socket().exists(), "the socket is left");
}

#[tokio::test]
async fn an_init_that_waits_for_a_channel_that_never_comes_ends_with_its_time() {
    let mut launcher = Start::with(test_guests::ASKS_IN_INIT).limit("channel_time", "300ms").ready().await;
    launcher.fails(9, &["/_temps/channel", "300ms"]).await;
}

#[tokio::test]
async fn a_signal_while_init_waits_for_the_platform() {
    let launcher = asks_in_init(ProtocolVersion::V2).await;
    let mut channel = launcher.channel().await;
    channel.query().await;
    let begun = Instant::now();
    launcher.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "stopping took {:?}", begun.elapsed());
}

#[tokio::test]
async fn only_the_first_start_compiles() {
    let (mut launcher, _channel) = Start::with(test_guests::MIXED).compiled_anew().running().await;
    launcher.logged("compiled code is kept for the next start").await;
    let code = launcher.folder().join("data/.launcher/code");
    launcher.signal(Signal::KILL);
    launcher.exit().await;

    let (mut launcher, _channel) = launcher.again().running().await;
    launcher.logged("kept code is used").await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.signal(Signal::KILL);
    launcher.exit().await;

    let file = std::fs::read_dir(&code).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, "cut").unwrap();
    let (launcher, _channel) = launcher.again().running().await;
    let line = launcher.logged("kept code is not used").await;
    assert!(line.contains("it is not what was written"), "{line}");
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn code_is_compiled_for_the_next_start_while_the_plugin_runs() {
    let (mut launcher, _channel) = Start::with(test_guests::NEVER_ANSWERS).compiled_anew().running().await;
    launcher.logged("compiled code is kept for the next start").await;
    let data = launcher.folder().join("data");
    let compile = |component: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_temps-launcher"));
        command.args(["--compile", "--component", component, "--data-dir"]).arg(&data).output().unwrap()
    };
    let output = compile(test_guests::MIXED);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(std::fs::read_dir(data.join(".launcher/code")).unwrap().count(), 2);
    let output = compile(test_guests::MIXED);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(std::fs::read_dir(data.join(".launcher/code")).unwrap().count(), 2, "it was there already");

    // A new link: a copy would follow the old one, and overwrite the guest of other tests.
    let plugin = launcher.folder().join("plugin.wasm");
    std::fs::remove_file(&plugin).unwrap();
    std::os::unix::fs::symlink(test_guests::MIXED, plugin).unwrap();
    launcher.signal(Signal::KILL);
    launcher.exit().await;
    let (launcher, _channel) = launcher.again().running().await;
    launcher.logged("kept code is used").await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    launcher.stop().await;

    let output = compile("/no/such/component");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}
