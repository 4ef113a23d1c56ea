use std::path::PathBuf;

use temps_plugin_inbox::Inbox;
use temps_plugin_runtime::{Component, Description, Limits};

use super::plan::Secret;
use super::{Announced, Loaded};
use crate::data_dir::DataDir;
use crate::error::LaunchError;
use crate::handshake::HostOutput;
use crate::pass_headers::PassHeaders;

/// The plugin has a name, and everything that the host will be told is valid.
#[derive(Debug)]
pub(crate) struct Described {
    pub(super) component: Component,
    pub(super) description: Description,
    pub(super) data: DataDir,
    pub(super) inbox: Inbox,
    pub(super) socket_path: PathBuf,
    pub(super) secret: Secret,
    pub(super) limits: Limits,
    pub(super) pass_headers: PassHeaders,
}

impl Described {
    pub(super) async fn from_loaded(loaded: Loaded) -> Result<Self, LaunchError> {
        let Loaded { component, data, inbox, socket_path, secret, limits, pass_headers, label } = loaded;
        let description = component.describe().await?;
        label.set(&description.manifest.name);
        Ok(Self { component, description, data, inbox, socket_path, secret, limits, pass_headers })
    }

    /// Goes on: see [`Announced`].
    ///
    /// # Errors
    ///
    /// [`LaunchError::Handshake`].
    pub(crate) async fn announce(self, output: HostOutput) -> Result<Announced, LaunchError> {
        Announced::from_described(self, output).await
    }
}
