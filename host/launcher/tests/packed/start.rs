//! What a packed plugin does when nothing is wrong with its file.

use std::fs;

use http::StatusCode;
use temps_plugin_bundle::{Bundle, KeyPair};
use temps_plugin_protocol::ProtocolVersion;

use crate::support::{Launcher, Pack, Start, binary};
use crate::{compiled, fails_after_line_1};

/// The names of the steps of the start, in the order in which they were done.
fn steps(launcher: &Launcher) -> Vec<String> {
    let log = launcher.log();
    let lines = log.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.filter(|line| line["message"] == "start").map(|line| line["step"].as_str().unwrap().to_owned()).collect()
}

async fn answers(launcher: &Launcher) {
    let hello = launcher.get("/hello/7").await;
    assert_eq!((hello.status, hello.text.as_str()), (StatusCode::OK, r#"{"id":7,"name":"user-7","msg":"hello world"}"#));
}

#[tokio::test]
async fn it_runs_in_both_versions_of_the_protocol() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let launcher = Pack::hello().start().version(version).ready().await;
        answers(&launcher).await;
        assert!(!compiled(&launcher));
        assert_eq!(steps(&launcher), ["planned", "described", "announced", "launched", "bound", "ready"]);
        launcher.stop().await;
    }
}

#[tokio::test]
async fn it_says_what_the_component_in_a_file_says() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let mut lines = Vec::new();
        for start in [Pack::hello().start(), Start::with(test_guests::TEMPS_HELLO_PLUGIN)] {
            let mut launcher = start.version(version).spawn();
            let line_1 = launcher.line().await.unwrap();
            launcher.launch().await;
            lines.push((line_1, launcher.line().await.unwrap()));
        }
        assert_eq!(lines[0], lines[1]);
    }
}

#[tokio::test]
async fn events_are_delivered_at_once_if_the_plugin_said_so() {
    // `concurrent_events` is no part of the manifest, so only the description can tell.
    let description: serde_json::Value = serde_json::from_slice(&Pack::hello().description).unwrap();
    assert_eq!(description["concurrent_events"], false);
    let launcher = Pack::hello().start().ready().await;
    let post = |id: &str| {
        let event = serde_json::json!({
            "id": id, "event_type": "deployment.succeeded", "timestamp": "2026-01-01T00:00:00Z", "project_id": 7,
            "data": { "deployment_id": 1, "project_id": 7, "environment_id": 3, "environment_name": "production", "url": "https://x" },
        });
        let body = http_body_util::Full::new(bytes::Bytes::from(event.to_string()));
        launcher.client().host_request("/_events").method("POST").header("content-type", "application/json").body(body).unwrap()
    };
    let answer = launcher.client().answer(post("5f0c9a52-59ba-4a06-a1ee-6a3f8ab6c5a1")).await;
    assert!(answer.status.is_success(), "{answer:?}");
    launcher.logged("deployment.succeeded").await;
    launcher.stop().await;
}

#[tokio::test]
async fn the_plugin_in_the_binary_comes_before_all_others() {
    let start = Pack::hello().start().argument("--component").argument("/no/such/component.wasm");
    fs::write(start.folder().join("plugin.wasm"), "not a component").unwrap();
    let launcher = start.ready().await;
    answers(&launcher).await;
    let warning = launcher.logged("--component is ignored: the binary has its plugin in itself").await;
    assert!(warning.contains(r#""level":"WARN""#) && warning.contains("/no/such/component.wasm"), "{warning}");
}

#[tokio::test]
async fn it_starts_signed_as_well_as_unsigned() {
    let key = KeyPair::generate().unwrap();
    let signed = binary(&Pack::hello().bundle().signed_with(&key));
    let bundle = Bundle::from_bytes(signed.clone()).unwrap().unwrap();
    bundle.verify(&[key.public()]).unwrap();
    answers(&Start::with_binary(&signed).ready().await).await;
    assert_eq!(Bundle::from_bytes(Pack::hello().binary()).unwrap().unwrap().signed_by(), None);
}

#[tokio::test]
async fn it_starts_again_in_its_data_directory() {
    let mut launcher = Pack::hello().start().ready().await;
    launcher.signal(rustix::process::Signal::TERM);
    assert!(launcher.exit().await.success());
    let launcher = launcher.again().ready().await;
    answers(&launcher).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_used_fails_the_start_after_line_1() {
    let start = Pack::hello().start();
    fs::write(start.folder().join("data"), "").unwrap();
    fails_after_line_1(start, 8, &["cannot create the data directory"]).await;
}

#[tokio::test]
async fn a_launch_line_that_breaks_a_rule() {
    let mut launcher = Pack::hello().start().launch_line(Some("[]")).spawn();
    launcher.manifest().await;
    launcher.launch().await;
    launcher.fails(1, &["launch line", "not an object"]).await;
}

#[tokio::test]
async fn a_socket_path_that_is_too_long_is_told_before_line_1() {
    let long = "x".repeat(108);
    let start = Pack::hello().start().argument("--socket-path").argument(&long);
    crate::fails_before_line_1(start, 7, &["108 bytes", "107"]).await;
}

/// Of the code of the process's own executable: how much there is, and how much of it is in memory for the process, in KiB.
fn code_kb(launcher: &Launcher) -> (usize, usize) {
    let smaps = fs::read_to_string(format!("/proc/{}/smaps", launcher.id())).unwrap();
    let exe = fs::read_link(format!("/proc/{}/exe", launcher.id())).unwrap();
    let (mut of_code, mut size, mut resident) = (false, 0, 0);
    for line in smaps.lines() {
        let mut words = line.split_ascii_whitespace();
        match (words.next().unwrap(), words.next()) {
            ("Size:", Some(kb)) if of_code => size += kb.parse::<usize>().unwrap(),
            ("Rss:", Some(kb)) if of_code => resident += kb.parse::<usize>().unwrap(),
            (first, Some(protection)) if !first.ends_with(':') => {
                of_code = protection == "r-xp" && line.ends_with(exe.to_str().unwrap());
            }
            _ => {}
        }
    }
    (size, resident)
}

#[tokio::test]
async fn code_that_only_the_start_ran_is_unmapped() {
    let launcher = Pack::hello().start().ready().await;
    let line: serde_json::Value = serde_json::from_str(&launcher.logged("code of the start is unmapped").await).unwrap();
    let (size, resident) = code_kb(&launcher);
    assert_eq!(line["bytes"], size * 1024);
    assert!(resident < size / 4, "{resident} of {size} KiB");
    answers(&launcher).await;
    launcher.stop().await;
}

#[tokio::test]
async fn the_system_gives_it_no_huge_pages() {
    let launcher = Pack::hello().start().ready().await;
    assert_eq!(launcher.status("THP_enabled"), "0");
    launcher.stop().await;
}
