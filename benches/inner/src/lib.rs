//! The plugin in this process, and the threads of the launcher, for benches of what lies between a request and its answer.
//!
//! ```sh
//! cargo bench --manifest-path benches/Cargo.toml -p bench-inner
//! ```

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use temps_plugin_protocol::{PlatformCall, ProtocolVersion};
use temps_plugin_runtime::{Caller, Component, Databases, Engine, GuestConfig, Limits, Platform, PlatformError, Plugin, Setup};
use tokio::runtime::{Builder, Runtime};

/// Whatever keeps a bench from starting.
pub type Error = Box<dyn std::error::Error>;

/// A platform that answers at once.
#[derive(Debug)]
struct AtOnce;

impl Platform for AtOnce {
    fn call(&self, _call: PlatformCall) -> BoxFuture<'static, Result<Value, PlatformError>> {
        Box::pin(async {
            Ok(json!({
                "id": 7, "name": "shop", "slug": "shop", "repo_name": "shop", "repo_owner": "acme", "main_branch": "main",
                "preset": "nextjs", "source_type": "git", "created_at": "2026-01-01T00:00:00Z",
                "updated_at": "2026-01-02T00:00:00Z", "enable_preview_environments": true,
            }))
        })
    }
}

/// A runtime as the launcher has it.
pub fn runtime() -> Result<Runtime, Error> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// The plugin of these benches, built if need be, started, with its databases in this folder.
pub fn plugin(runtime: &Runtime, folder: &Path) -> Result<Arc<Plugin>, Error> {
    let component = component()?;
    runtime.block_on(async {
        let limits = Limits::default();
        let component = Component::load(&Engine::new(&limits)?, &component)?;
        let setup = Setup {
            plugin_name: "bench".into(),
            protocol: ProtocolVersion::V2,
            data_dir: "/data".into(),
            files: None,
            platform: Arc::new(AtOnce),
            capabilities: Vec::new(),
            databases: Some(Databases::new(folder, (&limits).into())),
            http: None,
            config: GuestConfig::default(),
        };
        let plugin = Plugin::start(&component, setup);
        plugin.initialised().await?;
        Ok(Arc::new(plugin))
    })
}

fn component() -> Result<PathBuf, Error> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let arguments = ["build", "--quiet", "--profile", "plugin", "--target", "wasm32-wasip2", "-p", "bench-plugin"];
    if !Command::new("cargo").args(arguments).current_dir(&benches).status()?.success() {
        return Err("the plugin does not build".into());
    }
    Ok(benches.join("target/wasm32-wasip2/plugin/bench_plugin.wasm"))
}

/// A request to the plugin, with so many headers.
pub fn request(method: &str, path: &str, headers: usize, body: &Bytes) -> Result<Request<Full<Bytes>>, http::Error> {
    let mut request = Request::builder().method(method).uri(path);
    for number in 0..headers {
        request = request.header(format!("x-header-{number}"), "a value of some length");
    }
    request.body(Full::new(body.clone()))
}

/// How long it takes to answer this request of a signed-in user so many times, one after the other, on a thread of the runtime, each answer read to its end.
pub fn answer(runtime: &Runtime, plugin: &Arc<Plugin>, request: Request<Full<Bytes>>, times: u64) -> Duration {
    let plugin = plugin.clone();
    let caller = Arc::new(Caller {
        id: 7,
        email: "ann@example.com".into(),
        role: "admin".into(),
        permissions: "projects:read".into(),
        actor: None,
    });
    let task = async move {
        let started = Instant::now();
        for _ in 0..times {
            let response = plugin.handle(request.clone(), Some(caller.clone())).await;
            assert!(response.status().is_success(), "{}", response.status());
            assert!(response.into_body().collect().await.is_ok(), "the answer was cut off");
        }
        started.elapsed()
    };
    match runtime.block_on(runtime.spawn(task)) {
        Ok(took) => took,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
