use std::ffi::OsStr;
use std::path::PathBuf;

use temps_plugin_bundle::PublicKey;
use temps_plugin_policy::Policy;
use temps_plugin_runtime::http_client::Client as HttpClient;
use temps_plugin_runtime::{GuestConfig, Limits};

use super::origin::Origin;
use super::{Described, StepClock};
use crate::args::{Args, Dialect};
use crate::error::LaunchError;
use crate::handshake::HandshakeFailure;
use crate::log::Label;
use crate::pass_headers::PassHeaders;
use crate::policy;
use crate::secret::AuthSecret;
use crate::socket::check_length;

/// What will be run and where. Making it only looks, and changes nothing.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) origin: Origin,
    pub(super) secret: Secret,
    pub(super) trust: Trust,
    /// For the keys of `[config]`, of which the plugin says which it requires.
    pub(super) policy: Policy,
    pub(super) terms: Terms,
}

/// Who has to have signed the plugin.
#[derive(Debug)]
pub(super) struct Trust {
    /// One of these. None: nobody has to.
    pub(super) keys: Vec<PublicKey>,
    /// The file that says so.
    pub(super) policy: PathBuf,
}

/// What the command line and the policy say of the whole run.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) data_dir: PathBuf,
    pub(super) socket_path: PathBuf,
    pub(super) limits: Limits,
    pub(super) pass_headers: PassHeaders,
    pub(super) config: GuestConfig,
    pub(super) http: HttpClient,
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
    /// [`LaunchError`]: what the policy says cannot be done, no component, a bundle that is not whole, a socket path that is too long, a blank secret.
    pub(crate) fn new(args: Args, policy: Policy, limits: Limits, program: &OsStr, label: Label) -> Result<Self, LaunchError> {
        let mut clock = StepClock::start();
        let pass_headers = policy::pass_headers(&policy, args.pass_headers);
        let config = policy::resolve(&policy)?;
        let http = args.network.client(policy.network(), &limits)?;
        let trust = Trust { keys: policy.trusted_keys().to_vec(), policy: policy.path().to_owned() };
        let origin = Origin::find(program, args.component)?;
        check_length(&args.socket_path)?;
        let secret = match args.dialect {
            Dialect::V1 { auth_secret } => Secret::Given(AuthSecret::new(auth_secret).ok_or(HandshakeFailure::BlankArgument)?),
            Dialect::V2 => Secret::Awaited,
        };
        tracing::debug!(component = %origin.path().display(), socket = %args.socket_path.display(), "planned");
        clock.done("planned");
        let Args { socket_path, data_dir, .. } = args;
        let terms = Terms { data_dir, socket_path, limits, pass_headers, config, http, label, clock };
        Ok(Self { origin, secret, trust, policy, terms })
    }

    /// Goes on: see [`Described`].
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: the signature, if the policy asks for one; the description of a bundle; or for a
    /// component in a file, the data directory, the component, or its manifest; and for both a key of
    /// `[config]` that the plugin requires.
    pub(crate) async fn describe(self) -> Result<Described, LaunchError> {
        Described::from_plan(self).await
    }
}
