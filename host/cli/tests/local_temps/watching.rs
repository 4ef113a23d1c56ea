//! `temps-wasm dev` with several plugins, and with sources that change.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use temps_wasm::dev::QUIET;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::stage::{Stage, fake_plugin};
use crate::stream::Stream;

/// A run of the program, and where it listens.
struct Run {
    child: Child,
    url: String,
    announced: Vec<String>,
}

fn command(stage: &Stage, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_temps-wasm"));
    let launcher = fake_plugin().display().to_string();
    command.arg("dev").args(arguments).args(["--port", "0", "--launcher", &launcher]).current_dir(stage.path());
    command.kill_on_drop(true).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

async fn start(stage: &Stage, arguments: &[&str], plugins: usize) -> Run {
    started(command(stage, arguments), plugins).await
}

async fn started(mut command: Command, plugins: usize) -> Run {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut announced = Vec::new();
    while announced.len() < plugins {
        match lines.next_line().await.unwrap() {
            Some(line) => announced.push(line),
            None => {
                let mut log = String::new();
                child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
                panic!("it ended: {log}");
            }
        }
    }
    let url = announced.first().unwrap().split(" at ").nth(1).unwrap().split("/api/").next().unwrap().to_owned();
    Run { child, url, announced }
}

impl Run {
    /// Ends it with SIGTERM, and gives its log.
    async fn stop(mut self) -> String {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id().unwrap()).unwrap()).unwrap();
        let stderr = self.child.stderr.take();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let mut log = String::new();
        if let Some(mut stderr) = stderr {
            stderr.read_to_string(&mut log).await.unwrap();
        }
        assert_eq!(self.child.wait().await.unwrap().code(), Some(0), "{log}");
        log
    }
}

fn script(stage: &Stage, file: &str, script: &serde_json::Value) {
    fs::write(stage.path().join(file), [b"\0asm\x0d\0\x01\0", script.to_string().as_bytes()].concat()).unwrap();
}

#[tokio::test]
async fn several_plugins_run_in_one() {
    let stage = Stage::new();
    script(&stage, "one.wasm", &json!({"name": "one", "stderr": ["from one"]}));
    script(&stage, "two.wasm", &json!({"name": "two"}));
    let run = start(&stage, &["one.wasm", "two.wasm"], 2).await;
    let expected = ["one", "two"].map(|name| format!("{name} 1.2.3 at {}/api/x/{name}/", run.url));
    assert_eq!(run.announced, expected);
    let log = run.stop().await;
    assert!(log.lines().any(|line| line.starts_with("one: from one")), "{log}");
    assert!(stage.path().join("target/temps-dev/one").is_dir() && stage.path().join("target/temps-dev/two").is_dir());

    for (arguments, said) in [
        (&["one.wasm", "two.wasm", "--get", "/a"][..], "--get is for one plugin"),
        (&["one.wasm", "one.wasm"], "two of the plugins are called `one`"),
    ] {
        let output = command(&stage, arguments).output().await.unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && log.contains(said), "{:?} {log}", output.status);
    }
}

#[tokio::test]
async fn a_component_that_changes_is_started_again_with_its_data() {
    let stage = Stage::new();
    script(&stage, "mine.wasm", &json!({"name": "mine"}));
    let run = start(&stage, &["mine.wasm"], 1).await;
    let mut stream = Stream::open(&run.url).await;
    stream.until("live", |_| true).await;
    fs::write(stage.path().join("target/temps-dev/mine/kept"), "x").unwrap();

    script(&stage, "mine.wasm", &json!({"name": "renamed"}));
    assert_eq!(stream.until("reloaded", |_| true).await["plugin"], "renamed");
    // One that does not start leaves the run as it is, and the next change helps.
    script(&stage, "mine.wasm", &json!({"exits_before": "ready", "stderr": ["the cause"]}));
    let build = stream.until("build", |build| build["state"] == "not_started").await;
    assert!(build["detail"].as_str().unwrap().contains("the cause"), "{build}");
    script(&stage, "mine.wasm", &json!({"name": "mine"}));
    assert_eq!(stream.until("reloaded", |_| true).await["plugin"], "mine");
    stream.until("build", |build| build["state"] == "running").await;
    assert!(stage.path().join("target/temps-dev/mine/kept").is_file());
    let log = run.stop().await;
    assert!(log.contains("mine.wasm changed: starting it again"), "{log}");
}

#[tokio::test]
async fn fixtures_that_change_are_read_again() {
    let stage = Stage::new();
    script(&stage, "mine.wasm", &json!({"name": "mine"}));
    fs::write(stage.path().join("f.json"), "{}").unwrap();
    let run = start(&stage, &["mine.wasm", "--fixtures", "f.json"], 1).await;
    let mut stream = Stream::open(&run.url).await;
    stream.until("live", |_| true).await;
    fs::write(stage.path().join("f.json"), r#"{"api": [{"path": "/a"}]}"#).unwrap();
    stream.until("fixtures", |_| true).await;
    fs::write(stage.path().join("f.json"), "{").unwrap();
    stream.until("log", |line| line["message"].as_str().unwrap().contains("plugins are answered as before")).await;
    run.stop().await;
}

#[tokio::test]
async fn a_crate_is_built_again_and_goes_on_as_it_was_when_that_fails() {
    let stage = Stage::new();
    let source = stage.path().join("mine/src/lib.rs");
    fs::create_dir_all(source.parent().unwrap()).unwrap();
    fs::create_dir_all(stage.path().join("part/src")).unwrap();
    fs::write(&source, "").unwrap();
    fs::write(stage.path().join("part/src/lib.rs"), "").unwrap();
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n");
    fs::write(stage.path().join("part/Cargo.toml"), package("part")).unwrap();
    let manifest = package("mine") + "[lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\npart = { path = \"../part\" }\n";
    fs::write(stage.path().join("mine/Cargo.toml"), manifest).unwrap();
    let run = start(&stage, &["mine"], 1).await;
    let mut stream = Stream::open(&run.url).await;
    stream.until("live", |_| true).await;

    fs::write(&source, "compile_error!(\"no\");").unwrap();
    stream.until("build", |build| build["state"] == "building").await;
    let build = stream.until("build", |build| build["state"] == "failed").await;
    let detail = build["detail"].as_str().unwrap();
    assert!(detail.contains("error: no") && detail.contains("src/lib.rs:1:1") && !detail.contains('\x1b'), "{detail}");
    assert!(answers(&run.url, "fake").await, "the plugin goes on");

    fs::write(&source, "pub fn new() {}").unwrap();
    stream.until("reloaded", |_| true).await;
    stream.until("build", |build| build["state"] == "running").await;
    // So does what the crate is built from.
    fs::write(stage.path().join("part/src/lib.rs"), "pub fn newer() {}").unwrap();
    stream.until("reloaded", |_| true).await;
    let log = run.stop().await;
    assert!(log.contains("error: no") && log.contains("src/lib.rs changed: building"), "{log}");
}

/// A crate that is a plugin, without a line of code.
fn plugin_crate(stage: &Stage) {
    fs::create_dir_all(stage.path().join("mine/src")).unwrap();
    fs::write(stage.path().join("mine/src/lib.rs"), "").unwrap();
    let manifest =
        "[package]\nname = \"mine\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n[lib]\ncrate-type = [\"cdylib\"]\n";
    fs::write(stage.path().join("mine/Cargo.toml"), manifest).unwrap();
}

#[tokio::test]
async fn what_changes_no_component_starts_nothing_again_and_is_not_told() {
    let stage = Stage::new();
    plugin_crate(&stage);
    fs::create_dir(stage.path().join("mine/.git")).unwrap();
    fs::write(stage.path().join("mine/.gitignore"), "/notes\n").unwrap();
    let log = stage.path().join("mine/dev.err");
    let mut command = command(&stage, &["mine"]);
    command.stderr(fs::File::create(&log).unwrap());
    let run = started(command, 1).await;
    let mut stream = Stream::open(&run.url).await;
    stream.until("live", |_| true).await;

    // Of these only the README may count, and nothing is built from it.
    for file in ["notes", "src/.lib.rs.swp", "build.log", "README.md"] {
        fs::write(stage.path().join("mine").join(file), "changed").unwrap();
    }
    // Longer than a burst of changes, and than cargo takes to see that it has nothing to do.
    tokio::time::sleep(4 * QUIET + Duration::from_secs(2)).await;
    // One with a warning, which cargo repeats when nothing is built.
    for source in ["fn new() {}", "pub fn newer() {}"] {
        fs::write(stage.path().join("mine/src/lib.rs"), source).unwrap();
        stream.until("reloaded", |_| true).await;
        stream.until("build", |build| build["state"] == "running").await;
        fs::write(stage.path().join("mine/README.md"), source).unwrap();
        tokio::time::sleep(4 * QUIET + Duration::from_secs(1)).await;
    }
    run.stop().await;
    let log = fs::read_to_string(log).unwrap();
    assert_eq!(log.matches("runs again").count(), 2, "{log}");
    assert_eq!(log.matches("changed: building").count(), 2, "{log}");
    for unsaid in ["dev.err changed", "notes changed", ".swp changed", "build.log changed"] {
        assert!(!log.contains(unsaid), "{log}");
    }
}

#[tokio::test]
async fn a_policy_beside_the_plugin_is_in_force_from_when_it_is_there() {
    let stage = Stage::new();
    plugin_crate(&stage);
    let run = start(&stage, &["mine"], 1).await;
    let mut stream = Stream::open(&run.url).await;
    stream.until("live", |_| true).await;
    let policy = stage.path().canonicalize().unwrap().join("mine/policy.toml");
    let named = |arguments: &[String]| {
        let at = arguments.iter().position(|argument| argument == "--policy")?;
        arguments.get(at + 1).cloned()
    };
    assert_eq!(named(&arguments(&run.url).await), None);
    fs::write(&policy, "[log]\n").unwrap();
    stream.until("reloaded", |_| true).await;
    assert_eq!(named(&arguments(&run.url).await).as_deref(), policy.to_str());
    fs::remove_file(&policy).unwrap();
    stream.until("reloaded", |_| true).await;
    assert_eq!(named(&arguments(&run.url).await), None);
    let log = run.stop().await;
    assert!(log.contains("policy: none, so the defaults hold") && log.contains("policy.toml changed: building"), "{log}");

    // Of a component it has the component's name, and one that is asked for outranks it.
    script(&stage, "other.wasm", &json!({}));
    for name in ["other.toml", "asked.toml"] {
        fs::write(stage.path().join(name), "").unwrap();
    }
    for (more, expected) in [(&[][..], "other.toml"), (&["--policy", "asked.toml"], "asked.toml")] {
        let run = start(&stage, &[&["other.wasm"], more].concat(), 1).await;
        assert!(named(&arguments(&run.url).await).unwrap().ends_with(expected));
        let log = run.stop().await;
        assert!(log.contains("policy: ") && log.contains(expected), "{log}");
    }
}

#[tokio::test]
async fn a_component_is_compiled_before_the_one_that_runs_is_ended() {
    let stage = Stage::new();
    script(&stage, "mine.wasm", &json!({"name": "mine"}));
    let run = start(&stage, &["mine.wasm"], 1).await;
    assert!(stage.path().join("target/temps-dev/mine/compiled").is_file());
    let mut stream = Stream::open(&run.url).await;
    stream.until("live", |_| true).await;
    script(&stage, "mine.wasm", &json!({"name": "worse", "prepare": {"compile_exits": 4, "stderr": ["the cause"]}}));
    let build = stream.until("build", |build| build["state"] == "failed").await;
    assert!(build["detail"].as_str().unwrap().contains("the cause"), "{build}");
    assert!(answers(&run.url, "mine").await, "the plugin goes on");
    // A launcher that does not know how leaves it to the start.
    script(&stage, "mine.wasm", &json!({"name": "older", "prepare": {"compile_exits": 2}}));
    assert_eq!(stream.until("reloaded", |_| true).await["plugin"], "older");
    run.stop().await;

    script(&stage, "mine.wasm", &json!({"prepare": {"compile_exits": 4, "stderr": ["the cause"]}}));
    let output = command(&stage, &["mine.wasm"]).output().await.unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(3) && log.contains("mine.wasm cannot run as a plugin"), "{log}");
    assert_eq!(log.matches("the cause").count(), 1, "{log}");
}

/// What the plugin was started with.
async fn arguments(url: &str) -> Vec<String> {
    let request = http::Request::get(format!("{url}/api/x/fake/started-with")).body(axum::body::Body::empty()).unwrap();
    let body = temps_wasm::client::ask_url(request).await.unwrap().into_body();
    let started: serde_json::Value = serde_json::from_slice(&axum::body::to_bytes(body, 1 << 20).await.unwrap()).unwrap();
    serde_json::from_value(started.get("arguments").unwrap().clone()).unwrap()
}

async fn answers(url: &str, plugin: &str) -> bool {
    let request = http::Request::get(format!("{url}/api/x/{plugin}/health")).body(axum::body::Body::empty()).unwrap();
    temps_wasm::client::ask_url(request).await.unwrap().status().is_success()
}
