use std::future::ready;
use std::sync::Arc;

use futures::future::Either;
use temps_plugin_protocol::{HandshakeError, LaunchLine, PluginManifest, ProtocolVersion};
use temps_plugin_runtime::ui::Ui;
use temps_plugin_runtime::{Description, Limits};

use super::described::Stock;
use super::loaded::Loaded;
use super::plan::{Secret, Terms};
use super::{Announced, Bound, packed_ui};
use crate::error::LaunchError;
use crate::handshake::{HandshakeFailure, HostOutput, launch_line};
use crate::secret::AuthSecret;

/// Everything is there that a run needs: the secret from the host, the component, the data directory.
#[derive(Debug)]
pub(crate) struct Launched {
    pub(super) description: Description,
    pub(super) loaded: Loaded,
    pub(super) ui: Option<Arc<Ui>>,
    pub(super) version: ProtocolVersion,
    pub(super) secret: AuthSecret,
    pub(super) terms: Terms,
    pub(super) output: HostOutput,
}

impl Launched {
    pub(super) async fn from_announced(announced: Announced) -> Result<Self, LaunchError> {
        let Announced { description, stock, version, secret, mut terms, output } = announced;
        let secret = async {
            match secret {
                Secret::Given(secret) => Ok(secret),
                Secret::Awaited => Ok(awaited(&description.manifest, &terms.limits).await?),
            }
        };
        let loaded = match stock {
            Stock::Loaded(loaded, ui) => Either::Left(ready(Ok((loaded, ui)))),
            Stock::Packed(bundle) => {
                let ui = packed_ui::ui(&bundle, description.content_security_policy.clone(), &terms.limits);
                Either::Right(async { tokio::try_join!(Loaded::from_bundle(bundle, &terms), ui) })
            }
        };
        let (secret, (loaded, ui)) = tokio::try_join!(secret, loaded)?;
        terms.clock.done("launched");
        Ok(Self { description, loaded, ui, version, secret, terms, output })
    }

    /// Goes on: see [`Bound`].
    ///
    /// # Errors
    ///
    /// [`LaunchError::Socket`].
    pub(crate) fn bind(self) -> Result<Bound, LaunchError> {
        Bound::from_launched(self)
    }
}

/// The secret from v2's launch line.
async fn awaited(manifest: &PluginManifest, limits: &Limits) -> Result<AuthSecret, HandshakeFailure> {
    let line = launch_line(tokio::io::stdin(), limits.handshake_time()).await?;
    let launch = LaunchLine::decode(&line, manifest)?;
    AuthSecret::new(launch.auth_secret).ok_or(HandshakeFailure::Rule(HandshakeError::AuthSecretBlank))
}
