use temps_plugin_protocol::{ProtocolVersion, encode_manifest_line};
use temps_plugin_runtime::Description;

use super::described::Stock;
use super::plan::{Secret, Terms};
use super::{Described, Launched};
use crate::error::LaunchError;
use crate::handshake::HostOutput;

/// The host knows the manifest.
#[derive(Debug)]
pub(crate) struct Announced {
    pub(super) description: Description,
    pub(super) stock: Stock,
    pub(super) version: ProtocolVersion,
    pub(super) secret: Secret,
    pub(super) terms: Terms,
    pub(super) output: HostOutput,
}

impl Announced {
    pub(super) async fn from_described(described: Described, output: HostOutput) -> Result<Self, LaunchError> {
        let Described { description, stock, secret, mut terms } = described;
        let version = match secret {
            Secret::Given(_) => ProtocolVersion::V1,
            Secret::Awaited => ProtocolVersion::V2,
        };
        let line = encode_manifest_line(version, &description.manifest);
        output.send("manifest line", line, terms.limits.handshake_time()).await?;
        terms.clock.done("announced");
        Ok(Self { description, stock, version, secret, terms, output })
    }

    /// Goes on: see [`Launched`].
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: the launch line; for a bundle, also the data directory or the component.
    pub(crate) async fn launch(self) -> Result<Launched, LaunchError> {
        Launched::from_announced(self).await
    }
}
