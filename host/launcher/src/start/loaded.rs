use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::{FutureExt, TryFutureExt};
use temps_plugin_bundle::Bundle;
use temps_plugin_inbox::{Inbox, InboxError, path_in};
use temps_plugin_runtime::{CodeCache, Component, Engine, Limits};
use tokio::task::spawn_blocking;
use tokio_util::task::AbortOnDropHandle;

use super::packed_code::{self, Checked};
use super::plan::Terms;
use crate::data_dir::{DataDir, Locked, own_part};
use crate::error::LaunchError;

/// The component can be instantiated, and the data directory is this process's.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) component: Component,
    pub(super) data: DataDir,
    pub(super) inbox: OpeningInbox,
}

/// The inbox, which waits for the disk on a thread of its own. Nothing needs it before the host is told that the plugin is ready.
pub(super) type OpeningInbox = AbortOnDropHandle<Result<Inbox, InboxError>>;

impl Loaded {
    /// Loads the component in a file, with the code that was kept of it.
    pub(super) async fn from_file(path: PathBuf, terms: &Terms) -> Result<Self, LaunchError> {
        let data = Locked::open(&terms.data_dir).await?;
        let (limits, cache) = (terms.limits.clone(), code_cache(&terms.data_dir, &terms.limits));
        let load = move || Ok(Component::load_cached(&Engine::new(&limits)?, &path, &cache)?);
        let inbox = open_inbox(&terms.data_dir, &terms.limits);
        let (component, data) = tokio::try_join!(blocking(load), data.with_files(&terms.limits).err_into())?;
        Ok(Self { component, data, inbox })
    }

    /// Loads the component in a bundle, from its code if that runs here, beside the opening of the data directory.
    pub(super) async fn from_bundle(bundle: Arc<Bundle>, terms: &Terms) -> Result<Self, LaunchError> {
        let limits = &terms.limits;
        let data = async { Locked::open(&terms.data_dir).await?.with_files(limits).await };
        // The code first: it is on its way while the data directory is opened.
        let (code, data) = tokio::try_join!(Checked::from_bundle(&bundle, limits), data.err_into())?;
        // Checking takes two threads, linking one.
        let inbox = open_inbox(data.path(), limits);
        let component = match code.component().await? {
            Some(component) => component,
            None => {
                let (limits, cache) = (limits.clone(), code_cache(data.path(), limits));
                blocking(move || packed_code::compile(&bundle, &limits, &cache)).await?
            }
        };
        Ok(Self { component, data, inbox })
    }
}

/// Where compiled code is kept for the next start.
pub(crate) fn code_cache(data_dir: &Path, limits: &Limits) -> CodeCache {
    CodeCache::new(own_part(data_dir).join("code"), limits.code_cache())
}

fn open_inbox(data_dir: &Path, limits: &Limits) -> OpeningInbox {
    let (path, settings) = (path_in(data_dir), limits.into());
    AbortOnDropHandle::new(tokio::spawn(async move { Inbox::open(&path, settings).await }))
}

/// Runs what would hold up signals on a thread of its own.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LaunchError> + Send + 'static,
) -> impl Future<Output = Result<T, LaunchError>> {
    spawn_blocking(work).map(|done| done.unwrap_or(Err(LaunchError::Panicked)))
}
