use std::time::Duration;

use http::Method;
use serde_json::json;
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::client::ask_socket;
use temps_wasm::temps::{Exit, LocalTemps, StartError, Stopped};
use tokio::sync::mpsc;

use crate::stage::{BOTH, Stage, ask, get_json, recorded};

const DONE: Exit = Exit { code: Some(0), signal: None };

async fn exit_notice(notices: &mut mpsc::UnboundedReceiver<String>) -> String {
    loop {
        let notice = notices.recv().await.unwrap();
        if notice.contains("exited") {
            return notice;
        }
    }
}

#[tokio::test]
async fn stopping_lets_the_plugin_end_by_itself() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let (options, mut notices) = recorded(stage.options(protocol));
        let temps = LocalTemps::start(options).await.unwrap();
        let plugin = temps.plugin("fake").unwrap();
        assert!(plugin.socket().exists());
        assert_eq!(temps.stop().await, [("fake".to_owned(), Stopped { exit: DONE, killed: false })]);
        assert_eq!(plugin.last_stderr(), ["told to stop"]);
        assert!(!plugin.socket().exists());
        assert_eq!(exit_notice(&mut notices).await, "fake exited exit code 0 true");
    }
}

#[tokio::test]
async fn a_plugin_that_ignores_sigterm_is_killed() {
    let stage = Stage::with(json!({"ignores_sigterm": true}));
    let temps = LocalTemps::start(stage.options(ProtocolVersion::V2).stop_limit(Duration::from_millis(300))).await.unwrap();
    let plugin = temps.plugin("fake").unwrap();
    let killed = Exit { code: None, signal: Some(9) };
    assert_eq!(temps.stop().await, [("fake".to_owned(), Stopped { exit: killed, killed: true })]);
    // It had been asked first.
    assert_eq!(plugin.last_stderr(), ["told to stop"]);
}

#[tokio::test]
async fn dropping_a_local_temps_leaves_no_process() {
    let stage = Stage::with(json!({"ignores_sigterm": true}));
    let temps = stage.start(ProtocolVersion::V2).await;
    let plugin = temps.plugin("fake").unwrap();
    let socket = plugin.socket().to_owned();
    let request =
        http::Request::get("/held").header("x-temps-auth-signature", plugin.secret()).body(axum::body::Body::empty()).unwrap();
    let held = tokio::spawn(async move { ask_socket(&socket, request).await });
    ask(&temps, Method::GET, "/api/x/fake/arrived", "").await;
    drop(temps);
    // The connection breaks when the process is gone, though a handle is still there.
    assert!(held.await.unwrap().is_err());
    assert_eq!(plugin.name(), "fake");
}

#[tokio::test]
async fn an_end_of_its_own_is_told() {
    let stage = Stage::with(json!({}));
    let (options, mut notices) = recorded(stage.options(ProtocolVersion::V2));
    let temps = LocalTemps::start(options).await.unwrap();
    let plugin = temps.plugin("fake").unwrap();
    ask(&temps, Method::POST, "/api/x/fake/exit", "").await;
    assert_eq!(plugin.wait_exit().await.code, Some(3));
    assert_eq!(plugin.last_stderr(), ["ending as asked"]);
    assert_eq!(exit_notice(&mut notices).await, "fake exited exit code 3 false");
    let listed = get_json(&temps, "/api/x/plugins").await;
    assert_eq!((&listed[0]["state"], &listed[0]["exit"]), (&json!("exited"), &json!("exit code 3")));
}

#[tokio::test]
async fn a_reload_starts_the_same_file_again() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let temps = stage.start(protocol).await;
        let old = temps.plugin("fake").unwrap();
        let new = temps.reload("fake").await.unwrap();
        assert_eq!(old.exit().unwrap().signal, Some(9));
        assert_eq!((new.socket(), new.data_dir()), (old.socket(), old.data_dir()));
        assert_ne!((new.secret(), new.pid()), (old.secret(), old.pid()));
        assert_eq!(temps.plugins().len(), 1);
        get_json(&temps, "/api/x/fake/seen").await;
        assert!(matches!(temps.reload("other").await, Err(StartError::Unknown { .. })));
        temps.stop().await;
    }
}

#[tokio::test]
async fn plugins_are_listed() {
    for protocol in BOTH {
        let stage = Stage::with(json!({"events": ["deployment.*"]}));
        let temps = stage.start(protocol).await;
        let listed = get_json(&temps, "/api/x/plugins").await;
        let plugin = &listed[0];
        assert_eq!((&plugin["name"], &plugin["version"]), (&json!("fake"), &json!("1.2.3")));
        assert_eq!((&plugin["state"], &plugin["protocol"]), (&json!("running"), &json!(protocol.number())));
        assert_eq!(plugin["manifest"]["events"], json!(["deployment.*"]));
        let (_, page) = ask(&temps, Method::GET, "/", "").await;
        assert!(page.contains("/api/x/fake/") && page.contains("running"), "{page}");
        temps.stop().await;
    }
}

#[tokio::test]
async fn only_this_machine_is_served_and_a_taken_port_is_named() {
    let stage = Stage::with(json!({}));
    let temps = stage.start(ProtocolVersion::V2).await;
    assert!(temps.addr().ip().is_loopback());
    let port = temps.addr().port();
    let error = LocalTemps::start(stage.options(ProtocolVersion::V2).port(port)).await.unwrap_err();
    assert!(matches!(error, StartError::PortTaken { port: taken } if taken == port), "{error}");
    temps.stop().await;
}
