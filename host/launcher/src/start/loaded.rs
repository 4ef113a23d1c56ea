use std::path::PathBuf;
use std::sync::Arc;

use futures::{FutureExt, TryFutureExt};
use temps_plugin_bundle::Bundle;
use temps_plugin_inbox::{Inbox, path_in};
use temps_plugin_runtime::{CodeCache, Component, Engine, Limits};
use tokio::task::spawn_blocking;

use super::packed_code;
use super::plan::Terms;
use crate::data_dir::DataDir;
use crate::error::LaunchError;

/// The component can be instantiated, and the data directory is this process's, with its inbox open.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) component: Component,
    pub(super) data: DataDir,
    pub(super) inbox: Inbox,
}

impl Loaded {
    /// Loads the component in a file, with the code that was kept of it.
    pub(super) async fn from_file(path: PathBuf, terms: &Terms) -> Result<Self, LaunchError> {
        let data = DataDir::open(&terms.data_dir, &terms.limits).await?;
        let (limits, cache) = (terms.limits.clone(), code_cache(&data, &terms.limits));
        let load = move || Ok(Component::load_cached(&Engine::new(&limits)?, &path, &cache)?);
        let (inbox, component) = tokio::try_join!(inbox(&data, &terms.limits), blocking(load))?;
        Ok(Self { component, data, inbox })
    }

    /// Loads the component in a bundle, from its code if that runs here, beside the opening of the data directory.
    pub(super) async fn from_bundle(bundle: Arc<Bundle>, terms: &Terms) -> Result<Self, LaunchError> {
        let limits = &terms.limits;
        let opened = async {
            let data = DataDir::open(&terms.data_dir, limits).await?;
            let inbox = inbox(&data, limits).await?;
            Ok::<_, LaunchError>((data, inbox))
        };
        // The code first: it is on its way while the data directory is opened.
        let (packed, (data, inbox)) = tokio::try_join!(packed_code::component(&bundle, limits), opened)?;
        let component = match packed {
            Some(component) => component,
            None => {
                let (limits, cache) = (limits.clone(), code_cache(&data, limits));
                blocking(move || packed_code::compile(&bundle, &limits, &cache)).await?
            }
        };
        Ok(Self { component, data, inbox })
    }
}

fn code_cache(data: &DataDir, limits: &Limits) -> CodeCache {
    CodeCache::new(data.own().join("code"), limits.code_cache())
}

fn inbox(data: &DataDir, limits: &Limits) -> impl Future<Output = Result<Inbox, LaunchError>> + use<> {
    let (path, settings) = (path_in(data.path()), limits.into());
    async move { Inbox::open(&path, settings).map_err(LaunchError::from).await }
}

/// Runs what would hold up signals on a thread of its own. The inbox waits for the disk meanwhile.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LaunchError> + Send + 'static,
) -> impl Future<Output = Result<T, LaunchError>> {
    spawn_blocking(work).map(|done| done.unwrap_or(Err(LaunchError::Panicked)))
}
