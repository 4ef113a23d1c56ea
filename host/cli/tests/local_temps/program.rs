//! The program as a user runs it.

use std::fs;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

use crate::stage::{Stage, fake_plugin};

fn program(stage: &Stage, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_temps-wasm"));
    command.args(arguments).current_dir(stage.path()).kill_on_drop(true).env_remove("NO_COLOR");
    command
}

async fn run(stage: &Stage, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(stage, arguments).output().await.unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn dev(stage: &Stage, script: Value, more: &[&str]) -> Vec<String> {
    let component = stage.script(script).display().to_string();
    let launcher = fake_plugin().display().to_string();
    let arguments = ["dev", &component, "--launcher", &launcher, "--port", "0"];
    arguments.into_iter().chain(more.iter().copied()).map(str::to_owned).collect()
}

async fn run_dev(stage: &Stage, script: Value, more: &[&str]) -> (Option<i32>, String, String) {
    let arguments = dev(stage, script, more);
    run(stage, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn get_prints_the_answer_and_stops() {
    for protocol in ["1", "2"] {
        let stage = Stage::new();
        let (code, stdout, stderr) = run_dev(&stage, json!({}), &["--protocol", protocol, "--get", "/a?b=c"]).await;
        assert_eq!(code, Some(0), "{stderr}");
        let (status, body) = stdout.split_once('\n').unwrap();
        assert_eq!(status, "200 OK");
        assert_eq!(serde_json::from_str::<Value>(body).unwrap()["target"], "/a?b=c");
        assert!(stderr.contains("fake 1.2.3 announced itself") && stderr.contains("told to stop"), "{stderr}");
        assert!(stage.path().join("target/temps-dev/fake").is_dir());
    }
}

#[tokio::test]
async fn as_says_whose_requests_are() {
    let stage = Stage::new();
    let script = || json!({"capabilities": ["api_write"], "host_permissions": ["events_read"]});
    let (code, stdout, stderr) = run_dev(&stage, script(), &["--as", "reader", "--get", "/a"]).await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains(r#""x-temps-user-role":"reader""#), "{stdout}");
    assert!(stderr.contains("fake 1.2.3 announced itself; granted: api_write, events_read"), "{stderr}");
    let (code, stdout, _) = run_dev(&stage, script(), &["--as", "anonymous", "--get", "/a"]).await;
    assert_eq!((code, stdout.lines().next()), (Some(1), Some("401 Unauthorized")));
    let (code, _, stderr) = run_dev(&stage, script(), &["--as", "root"]).await;
    assert_eq!(code, Some(2));
    assert!(stderr.contains("nobody is called `root`: use admin, user, reader or anonymous"), "{stderr}");
}

#[tokio::test]
async fn an_error_status_is_exit_code_1() {
    let stage = Stage::new();
    let (code, stdout, stderr) = run_dev(&stage, json!({}), &["--get", "steps/none/_/../", "--data-dir", "here"]).await;
    assert_eq!((code, stdout.lines().next()), (Some(0), Some("200 OK")), "{stderr}");
    assert!(stage.path().join("here/fake").is_dir());
    // In v2 the local Temps keeps this path to itself.
    let (code, stdout, stderr) = run_dev(&stage, json!({}), &["--get", "/_events"]).await;
    assert_eq!((code, stdout.lines().next()), (Some(1), Some("404 Not Found")));
    assert!(stderr.ends_with("error: --get /_events: the plugin answered 404 Not Found\n"), "{stderr}");
}

#[tokio::test]
async fn a_run_takes_events_and_ends_with_sigterm() {
    let stage = Stage::new();
    let arguments = dev(&stage, json!({"events": ["a.b"]}), &[]);
    let mut child = program(&stage, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).await.unwrap();
    let url = line.trim_end().strip_prefix("fake 1.2.3 at ").unwrap().strip_suffix("/api/x/fake/").unwrap();

    let (code, stdout, stderr) = run(&stage, &["emit", "a.b", "--url", url, "--project-id", "4", "--data", r#"{"c": 5}"#]).await;
    assert_eq!(code, Some(0));
    assert!(stderr.starts_with("fake: over the channel\nno known Temps sends a.b: the known types are "), "{stderr}");
    let event: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&event["project_id"], &event["data"]), (&json!(4), &json!({"c": 5})));
    let (code, _, stderr) = run(&stage, &["emit", "x.y", "--url", url]).await;
    assert_eq!(code, Some(0));
    assert!(stderr.starts_with("no plugin subscribes to x.y"), "{stderr}");

    let pid = i32::try_from(child.id().unwrap()).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("a.b delivered over the channel") && log.contains("told to stop"), "{log}");
    assert!(!log.contains('\x1b'), "colours belong on a terminal: {log}");
}

#[tokio::test]
async fn ctrl_c_is_the_programs_alone() {
    let stage = Stage::new();
    let arguments = dev(&stage, json!({}), &[]);
    let mut command = program(&stage, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let mut child = command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).await.unwrap();
    // As a terminal does it: to every process of the group. The fake plugin would end by it, and not in good order.
    let group = rustix::process::Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("told to stop") && !log.contains("WARN"), "{log}");
}

#[tokio::test]
async fn an_end_of_the_plugin_ends_the_run() {
    let stage = Stage::new();
    // The fake plugin ends while it answers.
    let arguments = dev(&stage, json!({"stderr": ["the beginning"]}), &[]);
    let mut child = program(&stage, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    let url = format!("{}exit", line.trim_end().strip_prefix("fake 1.2.3 at ").unwrap());
    let request = http::Request::post(url).body(axum::body::Body::empty()).unwrap();
    temps_wasm::client::ask_url(request).await.unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(6));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.ends_with("\nerror: the plugin `fake` ended by itself with exit code 3\n"), "{log}");
    for line in ["the beginning", "ending as asked"] {
        assert_eq!(log.matches(line).count(), 1, "{line} is to be shown as it came, and not again: {log}");
    }
}

#[tokio::test]
async fn failures_have_their_exit_codes() {
    let stage = Stage::new();
    let (code, _, stderr) = run_dev(&stage, json!({"exits_before": "ready", "stderr": ["the cause"]}), &[]).await;
    assert_eq!(code, Some(5));
    let expected = "\nerror: plugin `fake` did not start: it ended before its ready line, with exit code 3\n";
    assert!(stderr.ends_with(expected) && stderr.matches("the cause\n").count() == 1, "{stderr}");

    // A launcher's last line is the cause: it is shown once, as the error.
    let last =
        r#"{"ts":"t","level":"ERROR","target":"l","message":"no\u001b[2J","exit_code":3,"hint":"do","backtrace":"0: a\n1: b"}"#;
    let (code, _, stderr) = run_dev(&stage, json!({"exits_before": "ready", "stderr": ["before it", last]}), &[]).await;
    assert_eq!(code, Some(5));
    let expected = "\nerror: plugin `fake` did not start: no\\u{1b}[2J\n  hint: do\n";
    assert!(stderr.ends_with(expected) && stderr.contains("    0: a\n    1: b\n"), "{stderr}");
    assert_eq!(stderr.matches("[2J").count(), 1, "{stderr}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let component = stage.script(json!({})).display().to_string();
    let launcher = fake_plugin().display().to_string();
    let (code, _, stderr) = run(&stage, &["dev", &component, "--launcher", &launcher, "--port", &port]).await;
    assert_eq!(
        (code, stderr),
        (Some(4), format!("error: port {port} is taken by another program: choose another, or 0 for any free one\n"))
    );

    let (code, _, stderr) = run(&stage, &["dev", &component, "--launcher", "/nowhere/launcher"]).await;
    assert_eq!((code, stderr.as_str()), (Some(4), "error: --launcher /nowhere/launcher is not there\n"));

    fs::write(stage.path().join("f.json"), "{").unwrap();
    let (code, _, stderr) = run_dev(&stage, json!({}), &["--fixtures", "f.json"]).await;
    assert_eq!(code, Some(4), "{stderr}");

    let (code, _, stderr) = run(&stage, &["dev", "gone.wasm", "--launcher", &launcher]).await;
    assert_eq!(code, Some(3));
    assert!(stderr.contains("gone.wasm"), "{stderr}");

    let (code, _, stderr) = run(&stage, &["emit", "a.b", "--url", &format!("http://127.0.0.1:{port}x")]).await;
    assert_eq!(code, Some(7), "{stderr}");
    assert_eq!(run(&stage, &["dev", "--protocol", "3"]).await.0, Some(2));
}

#[tokio::test]
async fn the_built_in_fixtures_serve_as_an_example() {
    let stage = Stage::new();
    let (code, stdout, _) = run(&stage, &["dev", "--print-fixtures"]).await;
    assert_eq!(code, Some(0));
    fs::write(stage.path().join("mine.json"), stdout.replace("storefront", "my-shop")).unwrap();
    let (code, _, stderr) = run_dev(&stage, json!({}), &["--fixtures", "mine.json", "--get", "/"]).await;
    assert_eq!(code, Some(0), "{stderr}");
}

#[tokio::test]
async fn a_crate_outside_of_this_workspace_is_built() {
    let stage = Stage::new();
    let source = stage.path().join("mine/src");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("lib.rs"), "").unwrap();
    let manifest = "[package]\nname = \"my-plugin\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(stage.path().join("mine/Cargo.toml"), manifest).unwrap();
    let (code, _, stderr) = run(&stage, &["build", "mine"]).await;
    assert_eq!(code, Some(3));
    assert!(stderr.contains("crate-type = [\"cdylib\"]"), "{stderr}");

    let with_library = format!("{manifest}[lib]\ncrate-type = [\"cdylib\"]\n");
    fs::write(stage.path().join("mine/Cargo.toml"), with_library).unwrap();
    let (code, stdout, stderr) = run(&stage, &["build", "mine/src"]).await;
    assert_eq!(code, Some(0), "{stderr}");
    let component = fs::read(stdout.trim_end()).unwrap();
    assert!(component.starts_with(b"\0asm\x0d\0\x01\0"), "{stdout}");
    // The crate declares no such profile.
    assert!(stdout.contains("/wasm32-wasip2/plugin/"), "{stdout}");

    fs::write(source.join("lib.rs"), "compile_error!(\"no\");").unwrap();
    let (code, _, stderr) = run(&stage, &["build", "mine", "--profile", "dev"]).await;
    assert_eq!(code, Some(3));
    assert!(
        stderr.contains("error: no") && stderr.contains("`cargo build --lib --target wasm32-wasip2 --profile dev"),
        "{stderr}"
    );
}
