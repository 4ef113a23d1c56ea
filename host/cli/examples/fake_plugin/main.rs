//! A plugin without a component, for the tests of the local Temps: it speaks the protocol as a launcher does, and does what the
//! script says, JSON where a launcher has its component: packed with it, or beside it.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::exit, reason = "a test's program: what it cannot do ends it")]

mod channel;
mod prepare;
mod routes;
mod script;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use temps_plugin_protocol::{LaunchLine, PluginManifest, ProtocolVersion, ReadyLine, encode_manifest_line};
use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};

use routes::State;
use script::{Script, Stage};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value_of =
        |name: &str| arguments.iter().position(|argument| argument == name).and_then(|index| arguments.get(index + 1)).cloned();
    if let Some(folder) = value_of("--prepare") {
        return prepare::prepare(folder.as_ref(), value_of("--component").unwrap().as_ref());
    }
    if arguments.iter().any(|argument| argument == "--compile") {
        return prepare::compile(value_of("--data-dir").unwrap().as_ref(), value_of("--component").unwrap().as_ref());
    }
    let script = Script::of(arguments.first().unwrap());
    let socket = PathBuf::from(value_of("--socket-path").unwrap());
    std::fs::create_dir_all(value_of("--data-dir").unwrap()).unwrap();
    let given = value_of("--auth-secret");
    let version = if given.is_some() { ProtocolVersion::V1 } else { ProtocolVersion::V2 };

    let mut terminate = signal(SignalKind::terminate()).unwrap();
    for line in &script.stderr {
        eprintln!("{line}");
    }
    script.act(Stage::Manifest).await;
    let manifest = manifest(&script);
    say(script.manifest_line.clone().unwrap_or_else(|| encode_manifest_line(version, &manifest)));

    let (secret, stdin) = match given {
        Some(secret) => (secret, Value::Null),
        None => {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).unwrap();
            (LaunchLine::decode(&line, &manifest).unwrap().auth_secret, serde_json::from_str(&line).unwrap())
        }
    };
    script.act(Stage::Ready).await;
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).unwrap();
    let state = Arc::new(State::new(version, secret, &script, json!({"arguments": arguments, "stdin": stdin})));
    let server = tokio::spawn(async move { axum::serve(listener, routes::router(state)).await });
    say(ReadyLine { has_ui: false, openapi: None }.encode(version));

    loop {
        terminate.recv().await;
        eprintln!("told to stop");
        if !script.ignores_sigterm {
            break;
        }
    }
    server.abort();
    let _ = std::fs::remove_file(&socket);
    std::process::exit(0);
}

fn manifest(script: &Script) -> PluginManifest {
    let name = script.name.clone().unwrap_or_else(|| "fake".to_owned());
    let mut manifest = PluginManifest::builder(name, "1.2.3").build();
    manifest.events.clone_from(&script.events);
    manifest.capabilities.clone_from(&script.capabilities);
    manifest.host_permissions.clone_from(&script.host_permissions);
    manifest.public_paths.clone_from(&script.public_paths);
    manifest
}

fn say(line: String) {
    println!("{line}");
    std::io::stdout().flush().unwrap();
}
