use std::ffi::OsStr;
use std::path::PathBuf;

use temps_plugin_runtime::Limits;

use super::origin::Origin;
use super::{Described, StepClock};
use crate::args::{Args, Dialect};
use crate::error::LaunchError;
use crate::handshake::HandshakeFailure;
use crate::log::Label;
use crate::pass_headers::PassHeaders;
use crate::secret::AuthSecret;
use crate::socket::check_length;

/// What will be run and where. Making it only looks, and changes nothing.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) origin: Origin,
    pub(super) secret: Secret,
    pub(super) terms: Terms,
}

/// What the command line says of the whole run.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) data_dir: PathBuf,
    pub(super) socket_path: PathBuf,
    pub(super) limits: Limits,
    pub(super) pass_headers: PassHeaders,
    pub(super) label: Label,
    pub(super) clock: StepClock,
}

/// Where the auth secret is, which is also what generation the host speaks.
#[derive(Debug)]
pub(super) enum Secret {
    /// v1: it was an argument.
    Given(AuthSecret),
    /// v2: it comes with the launch line.
    Awaited,
}

impl Plan {
    /// Finds the plugin, and checks what can be checked without it.
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: no component, a bundle that is not whole, a socket path that is too long, a blank secret.
    pub(crate) fn new(args: Args, program: &OsStr, label: Label) -> Result<Self, LaunchError> {
        let mut clock = StepClock::start();
        let origin = Origin::find(program, args.component)?;
        check_length(&args.socket_path)?;
        let secret = match args.dialect {
            Dialect::V1 { auth_secret } => Secret::Given(AuthSecret::new(auth_secret).ok_or(HandshakeFailure::BlankArgument)?),
            Dialect::V2 => Secret::Awaited,
        };
        tracing::debug!(component = %origin.path().display(), socket = %args.socket_path.display(), "planned");
        clock.done("planned");
        let Args { socket_path, data_dir, limits, pass_headers, .. } = args;
        Ok(Self { origin, secret, terms: Terms { data_dir, socket_path, limits, pass_headers, label, clock } })
    }

    /// Goes on: see [`Described`].
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: the description of a bundle; or for a component in a file, the data directory, the component, or its manifest.
    pub(crate) async fn describe(self) -> Result<Described, LaunchError> {
        Described::from_plan(self).await
    }
}
