use std::path::PathBuf;

use temps_plugin_inbox::Inbox;
use temps_plugin_protocol::{HandshakeError, LaunchLine, PluginManifest, ProtocolVersion, encode_manifest_line};
use temps_plugin_runtime::{Component, Description, Limits};

use super::plan::Secret;
use super::{Bound, Described};
use crate::data_dir::DataDir;
use crate::error::LaunchError;
use crate::handshake::{HandshakeFailure, HostOutput, launch_line};
use crate::pass_headers::PassHeaders;
use crate::secret::AuthSecret;

/// The host knows the manifest, and the launcher the secret.
#[derive(Debug)]
pub(crate) struct Announced {
    pub(super) component: Component,
    pub(super) description: Description,
    pub(super) data: DataDir,
    pub(super) inbox: Inbox,
    pub(super) socket_path: PathBuf,
    pub(super) version: ProtocolVersion,
    pub(super) secret: AuthSecret,
    pub(super) limits: Limits,
    pub(super) pass_headers: PassHeaders,
    pub(super) output: HostOutput,
}

impl Announced {
    pub(super) async fn from_described(described: Described, output: HostOutput) -> Result<Self, LaunchError> {
        let Described { component, description, data, inbox, socket_path, secret, limits, pass_headers } = described;
        let version = match secret {
            Secret::Given(_) => ProtocolVersion::V1,
            Secret::Awaited => ProtocolVersion::V2,
        };
        let line = encode_manifest_line(version, &description.manifest);
        output.send("manifest line", line, limits.handshake_time()).await?;
        let secret = match secret {
            Secret::Given(secret) => secret,
            Secret::Awaited => awaited(&description.manifest, &limits).await?,
        };
        Ok(Self { component, description, data, inbox, socket_path, version, secret, limits, pass_headers, output })
    }

    /// Goes on: see [`Bound`].
    ///
    /// # Errors
    ///
    /// [`LaunchError::Socket`].
    pub(crate) fn bind(self) -> Result<Bound, LaunchError> {
        Bound::from_announced(self)
    }
}

/// The secret from v2's launch line.
async fn awaited(manifest: &PluginManifest, limits: &Limits) -> Result<AuthSecret, HandshakeFailure> {
    let line = launch_line(tokio::io::stdin(), limits.handshake_time()).await?;
    let launch = LaunchLine::decode(&line, manifest)?;
    AuthSecret::new(launch.auth_secret).ok_or(HandshakeFailure::Rule(HandshakeError::AuthSecretBlank))
}
