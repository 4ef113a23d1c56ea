use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::{FutureExt, TryFutureExt};
use temps_plugin_bundle::Bundle;
use temps_plugin_inbox::{Inbox, path_in};
use temps_plugin_runtime::{CodeCache, Component, Engine, Limits};
use tokio::task::spawn_blocking;

use super::packed_code;
use super::plan::Terms;
use crate::data_dir::{DataDir, Locked, own_part};
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
        let data = Locked::open(&terms.data_dir).await?;
        let (limits, cache) = (terms.limits.clone(), code_cache(&terms.data_dir, &terms.limits));
        let load = move || Ok(Component::load_cached(&Engine::new(&limits)?, &path, &cache)?);
        let (component, (data, inbox)) = tokio::try_join!(blocking(load), opened(data, &terms.limits))?;
        Ok(Self { component, data, inbox })
    }

    /// Loads the component in a bundle, from its code if that runs here, beside the opening of the data directory.
    pub(super) async fn from_bundle(bundle: Arc<Bundle>, terms: &Terms) -> Result<Self, LaunchError> {
        let limits = &terms.limits;
        let data = async {
            let data = Locked::open(&terms.data_dir).await?;
            opened(data, limits).await
        };
        // The code first: it is on its way while the data directory is opened.
        let (packed, (data, inbox)) = tokio::try_join!(packed_code::component(&bundle, limits), data)?;
        let component = match packed {
            Some(component) => component,
            None => {
                let (limits, cache) = (limits.clone(), code_cache(data.path(), limits));
                blocking(move || packed_code::compile(&bundle, &limits, &cache)).await?
            }
        };
        Ok(Self { component, data, inbox })
    }
}

fn code_cache(data_dir: &Path, limits: &Limits) -> CodeCache {
    CodeCache::new(own_part(data_dir).join("code"), limits.code_cache())
}

/// Counts the guest's files beside the opening of the inbox, each of which waits for the disk on a thread of its own.
async fn opened(data: Locked, limits: &Limits) -> Result<(DataDir, Inbox), LaunchError> {
    let path = path_in(data.path());
    let inbox = Inbox::open(&path, limits.into()).map_err(LaunchError::from);
    tokio::try_join!(data.with_files(limits).map_err(LaunchError::from), inbox)
}

/// Runs what would hold up signals on a thread of its own. The inbox waits for the disk meanwhile.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LaunchError> + Send + 'static,
) -> impl Future<Output = Result<T, LaunchError>> {
    spawn_blocking(work).map(|done| done.unwrap_or(Err(LaunchError::Panicked)))
}
