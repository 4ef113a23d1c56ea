//! What a store holds for its guest.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;
use serde_json::Value;
use temps_plugin_http::Client as HttpClient;
use temps_plugin_protocol::{Capability, PlatformCall, ProtocolVersion};
use temps_plugin_sqlite::Databases;
use wasmtime::Store;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::calls::Calls;
use super::fault::Fault;
use super::memory::MemoryLimit;
use super::pending::Pending;
use crate::bridges::files::{FilesBridge, FilesView};
use crate::bridges::http::{HttpView, Refusals};
use crate::bridges::platform::{PlatformLink, PlatformView};
use crate::bridges::sqlite::SqliteView;
use crate::bridges::stdio::Lines;
use crate::bridges::{Context, GuestLog};
use crate::{Engine, Files, GuestConfig, Limits, Platform, PlatformError};

/// What an instance is given beside its component.
#[derive(Clone)]
pub struct Setup {
    /// The plugin's name, from its manifest.
    pub plugin_name: String,
    /// The generation of the protocol that the host speaks.
    pub protocol: ProtocolVersion,
    /// The plugin's folder, as the guest sees it.
    pub data_dir: String,
    /// What the guest finds there. None, and it has no files at all.
    pub files: Option<Files>,
    /// What answers the guest's queries.
    pub platform: Arc<dyn Platform>,
    /// The platform API calls that the guest may make for its callers: those that its manifest asks for.
    pub capabilities: Vec<Capability>,
    /// The guest's databases. They stay open over its instances. None: it has no database.
    pub databases: Option<Databases>,
    /// What the operator tells the guest.
    pub config: GuestConfig,
    /// What the guest fetches with. None: everything is denied.
    pub http: Option<HttpClient>,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup")
            .field("plugin_name", &self.plugin_name)
            .field("protocol", &self.protocol)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

impl Setup {
    /// For an instance that only gives its manifest: it has no name, no platform and no configuration yet.
    pub(crate) fn before_manifest() -> Self {
        Self {
            plugin_name: String::new(),
            protocol: ProtocolVersion::V2,
            data_dir: String::new(),
            files: None,
            platform: Arc::new(NoPlatform),
            capabilities: Vec::new(),
            databases: None,
            config: GuestConfig::default(),
            http: None,
        }
    }
}

/// A platform that is not there.
struct NoPlatform;

impl Platform for NoPlatform {
    fn call(&self, _: PlatformCall) -> BoxFuture<'static, Result<Value, PlatformError>> {
        Box::pin(std::future::ready(Err(PlatformError::Disconnected)))
    }
}

/// A store's data: wasi's, and each bridge's own part.
pub(crate) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    pub(crate) memory: MemoryLimit,
    pub(crate) log: GuestLog,
    pub(crate) context: Context,
    files: FilesBridge,
    platform: PlatformLink,
    databases: Option<Databases>,
    http: Option<HttpClient>,
    refusals: Refusals,
    pub(crate) calls: Arc<Calls>,
    pub(crate) pending: Pending,
    pub(crate) fault: Fault,
}

impl State {
    /// Host resources that the guest holds.
    pub(crate) fn resources(&mut self) -> usize {
        self.table.iter_mut().count()
    }

    /// What the bridge to the platform sees.
    pub(crate) fn platform(&mut self) -> PlatformView<'_> {
        PlatformView { link: &self.platform, table: &mut self.table }
    }

    /// Becomes true when the guest asks the platform for the first time.
    pub(crate) fn platform_called(&self) -> Arc<AtomicBool> {
        self.platform.called()
    }

    /// What the bridge to databases sees.
    pub(crate) fn sqlite(&mut self) -> SqliteView<'_> {
        SqliteView { databases: self.databases.as_ref(), table: &mut self.table }
    }

    /// What the bridge to other servers sees.
    pub(crate) fn http(&mut self) -> HttpView<'_> {
        HttpView { client: self.http.as_ref(), refusals: &mut self.refusals }
    }

    /// What `wasi:filesystem` works on.
    pub(crate) fn files(&mut self) -> FilesView<'_> {
        self.files.view(&mut self.table)
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A store within the engine's limits, without an instance yet.
pub(crate) fn new_store(engine: &Engine, setup: &Setup, calls: &Arc<Calls>) -> Store<State> {
    let limits = engine.limits();
    let log = GuestLog::new(limits);
    let state = State {
        wasi: wasi(&log),
        table: table(limits),
        memory: MemoryLimit::new(limits.memory().get()),
        context: Context {
            plugin_name: setup.plugin_name.clone(),
            data_dir: setup.data_dir.clone(),
            protocol: setup.protocol,
            config: setup.config.clone(),
        },
        files: FilesBridge::new(setup.files.clone(), &setup.data_dir, limits),
        platform: PlatformLink::new(setup, limits),
        databases: setup.databases.clone(),
        http: setup.http.clone(),
        refusals: Refusals::default(),
        calls: Arc::clone(calls),
        pending: Pending::default(),
        fault: Fault::default(),
        log,
    };
    let mut store = Store::new(engine.wasmtime(), state);
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(limits.call_bytes());
    store.set_max_component_handles(limits.handles());
    if let Some(table) = store.concurrent_resource_table() {
        table.set_max_capacity(limits.handles());
    }
    store
}

/// Host resources of wasi's: files, streams and polls, of which Rust's std holds a few.
fn table(limits: &Limits) -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(limits.handles());
    table
}

/// Clocks, randomness, and output to the log; no arguments, environment, input or sockets. Files are a bridge of ours.
fn wasi(log: &GuestLog) -> WasiCtx {
    WasiCtx::builder()
        .stdout(Lines::stdout(log.clone()))
        .stderr(Lines::stderr(log.clone()))
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}
