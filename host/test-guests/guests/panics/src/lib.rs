//! Panics when asked to.

use axum::Router;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Panics;

impl ExternalPlugin for Panics {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("panics", "0.1.0").event("project.*").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/panic", get(|| async { deep_inside() }))
            .route("/wait/{ms}", get(wait).post(wait))
            .route("/mistake/{which}", get(mistake))
            .route("/later", get(later)))
    }

    async fn on_event(&self, _: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        if event.event_type == "project.created" { panic!("an event too many") } else { Ok(()) }
    }
}

#[inline(never)]
fn deep_inside() -> String {
    panic!("the guest gives up")
}

async fn wait(axum::extract::Path(ms): axum::extract::Path<u64>) -> &'static str {
    temps_plugin_sdk::time::sleep(std::time::Duration::from_millis(ms)).await;
    "waited"
}

/// Does as a native plugin may, and a component cannot.
async fn mistake(axum::extract::Path(which): axum::extract::Path<String>) -> &'static str {
    match which.as_str() {
        "tokio-spawn" => drop(tokio::spawn(async {})),
        "tokio-sleep" => tokio::time::sleep(std::time::Duration::from_millis(1)).await,
        "blocking-lock" => {
            let lock = tokio::sync::Mutex::new(());
            let _held = lock.lock().await;
            drop(lock.blocking_lock());
        }
        "thread" => drop(std::thread::spawn(|| {})),
        "process" => drop(std::process::Command::new("ls").output().unwrap()),
        "socket" => drop(std::net::TcpStream::connect("127.0.0.1:80").unwrap()),
        "variable" => drop(std::env::var("HOME").unwrap()),
        "file" => drop(std::fs::read("/etc/hostname").unwrap()),
        "exit" => std::process::exit(1),
        other => panic!("{other} is no mistake"),
    }
    "done"
}

/// Answers, and panics in the background.
async fn later() -> &'static str {
    temps_plugin_sdk::spawn(async {
        temps_plugin_sdk::time::sleep(std::time::Duration::from_millis(20)).await;
        panic!("in the background")
    });
    "answered"
}

temps_plugin_sdk::main!(Panics);
