use std::path::PathBuf;

use futures::{FutureExt, TryFutureExt};
use temps_plugin_inbox::{Inbox, path_in};
use temps_plugin_runtime::{CodeCache, Component, Engine, Limits};

use super::plan::Secret;
use super::{Described, Plan};
use crate::data_dir::DataDir;
use crate::error::LaunchError;
use crate::log::Label;
use crate::pass_headers::PassHeaders;

/// The component can be instantiated, and the data directory is this process's, with its inbox open.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(super) component: Component,
    pub(super) data: DataDir,
    pub(super) inbox: Inbox,
    pub(super) socket_path: PathBuf,
    pub(super) secret: Secret,
    pub(super) limits: Limits,
    pub(super) pass_headers: PassHeaders,
    pub(super) label: Label,
}

impl Loaded {
    pub(super) async fn from_plan(plan: Plan) -> Result<Self, LaunchError> {
        let Plan { component: path, data_dir, socket_path, secret, limits, pass_headers, label } = plan;
        let data = DataDir::open(&data_dir, &limits).await?;
        let inbox_path = path_in(data.path());
        let inbox = Inbox::open(&inbox_path, (&limits).into()).map_err(LaunchError::from);
        let engine_limits = limits.clone();
        let cache = CodeCache::new(data.own().join("code"), limits.code_cache());
        let load = move || Ok::<_, LaunchError>(Component::load_cached(&Engine::new(&engine_limits)?, &path, &cache)?);
        // It may compile, which would hold up signals. The inbox waits for the disk meanwhile.
        let load = tokio::task::spawn_blocking(load).map(|loaded| loaded.unwrap_or(Err(LaunchError::Panicked)));
        let (inbox, component) = tokio::try_join!(inbox, load)?;
        Ok(Self { component, data, inbox, socket_path, secret, limits, pass_headers, label })
    }

    /// Goes on: see [`Described`].
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: the manifest, or the guest that should give it.
    pub(crate) async fn describe(self) -> Result<Described, LaunchError> {
        Described::from_loaded(self).await
    }
}
