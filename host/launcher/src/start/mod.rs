//! From the arguments to a running plugin, and to its end.
//!
//! Each step consumes the one before, so that a wrong order does not compile:
//!
//! | step | what has happened | what it may fail on |
//! |---|---|---|
//! | [`Plan`] | component found, paths checked; nothing touched yet | no component, socket path too long, blank `--auth-secret` |
//! | [`Loaded`] | data directory locked, event inbox open, component compiled and linked | data directory, inbox, component |
//! | [`Described`] | manifest and OpenAPI document, both valid | manifest, guest |
//! | [`Announced`] | line 1 written, v2's launch line read | handshake |
//! | [`Bound`] | socket bound, health answered, guest's `init` begun | socket |
//! | [`Ready`] | `init` ended or waiting for the platform; line 2 written | guest, handshake |
//! | [`Running`] | until a signal, or the channel's time is over | guest, no channel, host gone |
//!
//! So whatever is the plugin's own fault is found before line 1 but for `init`. That begins once the socket is bound, and line 2 waits for
//! it, so that a failing one fails the start. Only when it asks the platform is line 2 written before its end: the host opens the channel
//! after line 2, and until then neither could go on. An `init` that fails after line 2 ends the process all the same.
//!
//! A value that is dropped on the way takes back what it did: the lock, the socket's file, the server. A signal during the start does that.

mod announced;
mod bound;
mod described;
mod loaded;
mod plan;
mod ready;
mod running;
mod step_clock;

use std::ffi::OsString;

use announced::Announced;
use bound::Bound;
use described::Described;
use loaded::Loaded;
use plan::Plan;
use ready::Ready;
use running::Running;
use step_clock::StepClock;

use crate::ExitStatus;
use crate::args::Args;
use crate::error::LaunchError;
use crate::handshake::HostOutput;
use crate::log::Label;
use crate::signals::Signals;

/// Runs a plugin until its end.
///
/// # Errors
///
/// [`LaunchError`] for every end but that by a signal.
pub(crate) async fn run(args: Args, program: OsString, label: Label, output: HostOutput) -> Result<ExitStatus, LaunchError> {
    let mut signals = Signals::take().map_err(LaunchError::Signals)?;
    let running = tokio::select! {
        running = start(args, program, label, output) => running?,
        signal = signals.next() => {
            tracing::info!(signal = signal.name(), "stopped while starting");
            return Ok(ExitStatus::Stopped);
        }
    };
    running.until_stopped(&mut signals).await
}

async fn start(args: Args, program: OsString, label: Label, output: HostOutput) -> Result<Running, LaunchError> {
    let mut clock = StepClock::start();
    let plan = Plan::new(args, &program, label)?;
    clock.done("planned");
    let loaded = plan.load().await?;
    clock.done("loaded");
    let described = loaded.describe().await?;
    clock.done("described");
    let announced = described.announce(output).await?;
    clock.done("announced");
    let bound = announced.bind()?;
    clock.done("bound");
    let ready = bound.ready().await?;
    clock.done("ready");
    Ok(ready.run())
}
