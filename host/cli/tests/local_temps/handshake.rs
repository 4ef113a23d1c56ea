use std::time::Duration;

use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::temps::{ChannelFailure, LaunchError, LaunchFailure, LocalTemps, Options, StartError, Step};

use crate::stage::{BOTH, Stage, get_json};

async fn failure(options: Options) -> LaunchError {
    match LocalTemps::start(options).await {
        Err(StartError::Launch(error)) => *error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_plugin_is_started_as_temps_does() {
    for protocol in BOTH {
        let stage = Stage::with(json!({"events": ["deployment.*"]}));
        let temps = LocalTemps::start(stage.options(protocol).argument("--from-a-newer-host")).await.unwrap();
        let plugin = temps.plugin("fake").unwrap();
        assert_eq!(plugin.manifest().version, "1.2.3");
        assert!(stage.path().join("data/fake").is_dir());

        let started = get_json(&temps, "/api/x/fake/started-with").await;
        let arguments: Vec<&str> =
            started["arguments"].as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()).collect();
        // The file as it was called, with the symlink not resolved.
        assert_eq!(arguments[0], stage.path().join("plugins/fake").to_str().unwrap());
        assert_eq!(arguments.last(), Some(&"--from-a-newer-host"));
        match protocol {
            ProtocolVersion::V1 => {
                assert!(arguments.contains(&"--database-url") && arguments.contains(&plugin.secret()));
                assert_eq!(started["stdin"], Value::Null);
            }
            ProtocolVersion::V2 => {
                assert!(!arguments.contains(&"--auth-secret") && !arguments.contains(&"--database-url"));
                let expected =
                    json!({"protocol_version": 2, "auth_secret": plugin.secret(), "database_url": null, "host_data_dir": null});
                assert_eq!(started["stdin"], expected);
            }
        }
        temps.stop().await;
    }
}

#[tokio::test]
async fn a_first_line_that_is_no_manifest_is_shown() {
    for protocol in BOTH {
        let stage = Stage::with(json!({"manifest_line": "listening on 8080", "stderr": ["one", "two"]}));
        let error = failure(stage.options(protocol)).await;
        assert!(matches!(error.reason, LaunchFailure::Line { step: Step::Manifest, .. }), "{error:?}");
        assert!(error.to_string().contains("listening on 8080") && error.to_string().contains("`fake`"), "{error}");
        // In v2 it may still complain that the launch line does not come.
        assert!(error.stderr.starts_with(&["one".to_owned(), "two".to_owned()]), "{:?}", error.stderr);
    }
}

#[tokio::test]
async fn the_other_generations_manifest_line_is_not_taken() {
    let line = json!({"type": "manifest", "name": "fake", "version": "1.0.0"}).to_string();
    let stage = Stage::with(json!({"manifest_line": line}));
    let error = failure(stage.options(ProtocolVersion::V2)).await;
    assert!(error.to_string().contains("protocol v2"), "{error}");
}

#[tokio::test]
async fn an_early_end_is_told_with_the_exit_code_and_the_log() {
    for protocol in BOTH {
        for (name, step) in [("manifest", Step::Manifest), ("ready", Step::Ready)] {
            let stage = Stage::with(json!({"exits_before": name, "stderr": ["the cause"]}));
            let error = failure(stage.options(protocol)).await;
            match error.reason {
                LaunchFailure::Ended { step: at, exit: Some(exit) } => assert_eq!((at, exit.code), (step, Some(3))),
                _ => panic!("{error:?}"),
            }
            assert!(error.to_string().contains("exit code 3"), "{error}");
            assert_eq!(error.stderr, ["the cause"]);
        }
    }
}

#[tokio::test]
async fn each_line_has_its_time() {
    let limit = Duration::from_millis(300);
    for protocol in BOTH {
        for (name, step) in [("manifest", Step::Manifest), ("ready", Step::Ready)] {
            let stage = Stage::with(json!({"hangs_before": name, "stderr": ["busy"]}));
            let error = failure(stage.options(protocol).handshake_limit(limit)).await;
            assert!(matches!(error.reason, LaunchFailure::TimedOut { step: at, .. } if at == step), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_refused_channel_is_a_failed_start() {
    for protocol in BOTH {
        let stage = Stage::with(json!({"refuses_channel": true}));
        let error = failure(stage.options(protocol)).await;
        assert!(matches!(error.reason, LaunchFailure::Channel(ChannelFailure::Refused { status: 401 })), "{error:?}");
    }
}

#[tokio::test]
async fn the_channel_has_its_time() {
    let limit = Duration::from_millis(300);
    let stage = Stage::with(json!({"hangs_channel": true}));
    let error = failure(stage.options(ProtocolVersion::V2).channel_limit(limit)).await;
    assert!(matches!(error.reason, LaunchFailure::Channel(ChannelFailure::TimedOut { limit: at }) if at == limit), "{error:?}");
}

#[tokio::test]
async fn two_plugins_of_one_name_do_not_start() {
    let stage = Stage::with(json!({}));
    stage.plugin("second", json!({}));
    let error = failure(stage.options(ProtocolVersion::V2)).await;
    assert!(matches!(&error.reason, LaunchFailure::NameTaken { name } if name == "fake"), "{error:?}");
    assert_eq!(error.plugin, "second");
}

#[tokio::test]
async fn an_empty_folder_is_an_error() {
    let stage = Stage::new();
    std::fs::create_dir(stage.path().join("plugins")).unwrap();
    let error = LocalTemps::start(stage.options(ProtocolVersion::V2)).await.unwrap_err();
    assert!(matches!(error, StartError::NoPlugin { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_executed_is_named() {
    let stage = Stage::with(json!({}));
    let path = stage.path().join("plugins/fake");
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "\x7fELF and no more").unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = failure(stage.options(ProtocolVersion::V2)).await;
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}
