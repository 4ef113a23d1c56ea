//! Asking a component what it is, in an instance of its own that ends right after.

use temps_plugin_policy::network::{Grant, GrantFault};
use temps_plugin_protocol::{ManifestError, NetworkWant, PluginManifest};
use tokio::time::timeout;

use super::openapi::{self, DocumentError};
use super::{Component, Description};
use crate::instance::{Failure, Setup, new_store};

/// Why a component cannot be announced.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    /// The guest trapped, or did not return in time.
    #[error("the plugin failed while it gave its manifest: {0}")]
    Guest(#[from] Failure),
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
    /// The OpenAPI document has something wrong in it, or is too large.
    #[error("the plugin's OpenAPI document is not valid: {0}")]
    OpenApi(#[from] DocumentError),
}

impl Component {
    /// The manifest and the OpenAPI document, both checked.
    ///
    /// # Errors
    ///
    /// [`DescribeError`] if the guest fails, takes longer than [`crate::Limits::describe_time`], or says something that is not valid.
    pub async fn describe(&self) -> Result<Description, DescribeError> {
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
            wasmtime::Result::Ok((manifest, openapi))
        };
        let called = timeout(limits.describe_time(), call).await;
        let (manifest, openapi) = match called {
            Ok(Ok(described)) => described,
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
        Ok(Description { manifest, openapi, concurrent_events, stateless, network })
    }
}

/// What a plugin may ask for is what a policy may allow.
pub(super) fn check_network(wants: &[NetworkWant]) -> Result<(), DescribeError> {
    for NetworkWant { origin, .. } in wants {
        origin.parse::<Grant>().map_err(|fault| DescribeError::Network { origin: origin.clone(), fault })?;
    }
    Ok(())
}
