//! Asking a component what it is, in an instance of its own that ends right after.

use temps_plugin_policy::network::{Grant, GrantFault};
use temps_plugin_protocol::{ManifestError, NetworkWant, PluginManifest};
use temps_plugin_ui::{self as ui, Files, FilesBuilder, UiError};
use tokio::time::timeout;
use wasmtime::{Store, Trap, WasmBacktrace};

use super::openapi::{self, DocumentError};
use super::{BuiltWith, Component, Description};
use crate::bindings::Plugin;
use crate::instance::{Failure, Setup, State, new_store};

/// Why a component cannot be announced.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    /// The guest trapped, or did not return in time.
    #[error("the plugin failed while it gave its manifest: {0}")]
    Guest(#[from] Failure),
    /// An export of the plugin has another type than this launcher's.
    #[error("the plugin's exports are not those of this launcher: {reason}{built_with}")]
    OtherExport {
        /// What differs, in wasmtime's words.
        reason: String,
        /// What it was built with.
        built_with: BuiltWith,
    },
    /// The manifest has something wrong in it.
    #[error("the plugin's manifest is not valid: {0}")]
    Manifest(#[from] ManifestError),
    /// What was kept of a description is none.
    #[error("the plugin's description is not one: {0}")]
    Kept(#[source] serde_json::Error),
    /// The manifest asks for an origin that is none.
    #[error("the plugin's manifest asks for `{origin}`, which no policy could allow: {fault}")]
    Network {
        /// What it asks for.
        origin: String,
        /// What is wrong.
        fault: GrantFault,
    },
    /// The user interface has something wrong in it, or is too large.
    #[error("the plugin's user interface is not valid: {0}")]
    Ui(#[from] UiError),
    /// The OpenAPI document has something wrong in it, or is too large.
    #[error("the plugin's OpenAPI document is not valid: {0}")]
    OpenApi(#[from] DocumentError),
}

impl Component {
    /// What it says of itself, and the files of its user interface if it has one, all of it checked.
    ///
    /// # Errors
    ///
    /// [`DescribeError`] if the guest fails, takes longer than [`crate::Limits::describe_time`], or says something that is not valid.
    pub async fn describe(&self) -> Result<(Description, Option<Files>), DescribeError> {
        let limits = self.engine().limits();
        let mut store = new_store(self.engine(), &Setup::before_manifest(), &std::sync::Arc::default());
        // A guest that computes has to give the thread back, so that its time can run out.
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let _running = self.engine().running();
        let call = async {
            let plugin = self.pre().instantiate_async(&mut store).await?;
            let guest = plugin.temps_plugin_manifest();
            let (manifest,) = guest.func_describe().call_async(&mut store, ()).await?;
            let (openapi,) = guest.func_openapi().call_async(&mut store, ()).await?;
            let ui = ui(&plugin, &mut store, limits.into()).await?;
            wasmtime::Result::Ok((manifest, openapi, ui))
        };
        let called = timeout(limits.describe_time(), call).await;
        let (manifest, openapi, ui) = match called {
            Ok(Ok(described)) => described,
            Ok(Err(error)) if is_other_type(&error) => {
                let (reason, built_with) = (error.root_cause().to_string(), self.built_with.clone());
                return Err(DescribeError::OtherExport { reason, built_with });
            }
            Ok(Err(error)) => return Err(Failure::of_trap(error, store.data_mut()).into()),
            Err(_) => {
                return Err(Failure::TimedOut { what: "manifest", limit: limits.describe_time() }.into());
            }
        };
        let (concurrent_events, stateless) = (manifest.concurrent_events, manifest.stateless);
        let mut manifest = PluginManifest::from(manifest);
        manifest.validate()?;
        let network = std::mem::take(&mut manifest.network);
        check_network(&network)?;
        let openapi = openapi.map(|text| openapi::read(&text, limits.openapi_bytes())).transpose()?;
        let content_security_policy = manifest.content_security_policy.take();
        let config = std::mem::take(&mut manifest.config);
        let description =
            Description { manifest, openapi, concurrent_events, stateless, network, content_security_policy, config };
        Ok((description, ui?))
    }
}

/// Whether it is about the type of an export, which wasmtime compares when it first looks it up. No code of the guest is in that.
fn is_other_type(error: &wasmtime::Error) -> bool {
    let of_guest = error.downcast_ref::<Trap>().is_some() || error.downcast_ref::<WasmBacktrace>().is_some();
    !of_guest && error.root_cause().to_string().starts_with("expected ")
}

/// Takes the files of the user interface out of the guest, one after the other. What is wrong with them is told apart from a guest that fails.
async fn ui(plugin: &Plugin, store: &mut Store<State>, limits: ui::Limits) -> wasmtime::Result<Result<Option<Files>, UiError>> {
    let guest = plugin.temps_plugin_ui();
    let (Some(paths),) = guest.func_paths().call_async(&mut *store, ()).await? else {
        return Ok(Ok(None));
    };
    let mut files = match FilesBuilder::new(&paths, limits) {
        Ok(files) => files,
        Err(error) => return Ok(Err(error)),
    };
    for path in &paths {
        let (bytes,) = guest.func_read().call_async(&mut *store, (path.clone(),)).await?;
        if let Err(error) = files.add(path, bytes) {
            return Ok(Err(error));
        }
    }
    Ok(files.finish().map(Some))
}

/// What a plugin may ask for is what a policy may allow.
pub(super) fn check_network(wants: &[NetworkWant]) -> Result<(), DescribeError> {
    for NetworkWant { origin, .. } in wants {
        origin.parse::<Grant>().map_err(|fault| DescribeError::Network { origin: origin.clone(), fault })?;
    }
    Ok(())
}
