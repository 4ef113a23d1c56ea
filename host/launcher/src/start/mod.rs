//! From the arguments to a running plugin, and to its end.
//!
//! Each step consumes the one before, so that a wrong order does not compile:
//!
//! | step | what has happened | what it may fail on |
//! |---|---|---|
//! | [`Plan`] | plugin found, policy in force, paths checked; nothing touched yet | no component, bundle not whole, limits or configuration of the policy, socket path too long, blank `--auth-secret` |
//! | [`Described`] | signature checked, if the policy names keys; manifest and OpenAPI document, both valid; all required configuration there; for a file also its user interface | signature; for a file: data directory, component, guest; both: manifest, configuration |
//! | [`Announced`] | line 1 written | handshake |
//! | [`Launched`] | v2's launch line read; data directory, component and user interface there, inbox being opened | handshake; for a bundle: data directory, code, component, user interface |
//! | [`Bound`] | socket bound, health answered, guest's `init` begun | socket |
//! | [`Ready`] | `init` ended or waiting for the platform, inbox open; line 2 written | guest, inbox, handshake |
//! | [`Running`] | until a signal, or the channel's time is over | guest, no channel, host gone |
//!
//! What a plugin is said to be comes from the guest itself, so a component in a file is loaded before line 1, and whatever is the plugin's own fault is
//! found before that but for `init`. A bundle has what the guest said when it was packed: line 1 is out before there is an engine, and the rest is loaded while
//! the host reads it.
//!
//! `init` begins once the socket is bound, and line 2 waits for it, so that a failing one fails the start. Only when it asks the platform is line 2 written before
//! its end: the host opens the channel after line 2, and until then neither could go on. An `init` that fails after line 2 ends the process all the same.
//!
//! Of several instances the first is initialised before the others, and line 2 waits for all.
//!
//! A value that is dropped on the way takes back what it did: the lock, the socket's file, the server. A signal during the start does that.

mod announced;
mod bound;
mod described;
mod launched;
mod loaded;
mod origin;
mod packed_code;
mod packed_ui;
mod plan;
mod ready;
mod running;
mod step_clock;
mod trusted;

use std::ffi::OsString;

use temps_plugin_policy::Policy;
use temps_plugin_runtime::Limits;

use announced::Announced;
use bound::Bound;
use described::Described;
use launched::Launched;
pub(crate) use loaded::code_cache;
use plan::Plan;
use ready::Ready;
use running::Running;
use step_clock::StepClock;

use crate::ExitStatus;
use crate::args::Args;
use crate::error::LaunchError;
use crate::handshake::HostOutput;
use crate::log::{Label, Log};
use crate::signals::Signals;
use crate::{policy, watchdog};

/// Runs a plugin until its end.
///
/// # Errors
///
/// [`LaunchError`] for every end but that by a signal.
pub(crate) async fn run(
    args: Args,
    policy: Policy,
    program: OsString,
    label: Label,
    output: HostOutput,
    log: Log,
) -> Result<ExitStatus, LaunchError> {
    let mut signals = Signals::take().map_err(LaunchError::Signals)?;
    let limits = policy::limits(&policy, &args.limits)?;
    watchdog::start(&limits, log).map_err(LaunchError::Threads)?;
    let running = tokio::select! {
        running = start(args, policy, limits, program, label, output) => running?,
        signal = signals.next() => {
            tracing::info!(signal = signal.name(), "stopped while starting");
            return Ok(ExitStatus::Stopped);
        }
    };
    running.until_stopped(&mut signals).await
}

async fn start(
    args: Args,
    policy: Policy,
    limits: Limits,
    program: OsString,
    label: Label,
    output: HostOutput,
) -> Result<Running, LaunchError> {
    let plan = Plan::new(args, policy, limits, &program, label)?;
    let described = plan.describe().await?;
    let announced = described.announce(output).await?;
    let launched = announced.launch().await?;
    let bound = launched.bind()?;
    let ready = bound.ready().await?;
    Ok(ready.run())
}
