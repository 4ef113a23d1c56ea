use std::time::Duration;

use humantime::format_duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::Ready;
use super::bound::Parts;
use crate::error::LaunchError;
use crate::events::Keeper;
use crate::handshake::HostOutput;
use crate::memory::{allocator, text_pages};
use crate::signals::Signals;
use crate::watchdog::GRACE;
use crate::{ExitStatus, Signal};

/// The plugin is at work. Nothing that happens on stdin ends it: a v1 host never opens that. That the host is gone is seen by the channel
/// alone.
#[derive(Debug)]
pub(crate) struct Running {
    parts: Parts,
    keeper: Keeper,
    /// When the host has to have opened the channel.
    channel_by: Instant,
    /// Held open: a host may take the end of the stream for the end of the plugin.
    _output: HostOutput,
}

/// How long closing the databases may take: 3 s. It only saves the next start the work.
const DATABASES_CLOSE: Duration = Duration::from_secs(3);

/// What ends a run.
enum End {
    Signal(Signal),
    Failed(LaunchError),
}

impl Running {
    pub(super) fn from_ready(ready: Ready) -> Self {
        let Ready { parts, keeper, output } = ready;
        Self { channel_by: Instant::now() + parts.limits.channel_time(), parts, keeper, _output: output }
    }

    /// Runs until a signal or a failure, and puts everything in order. A second signal ends that at once.
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: the host did not open the channel, or not again after its loss, or `init` failed after the ready line.
    pub(crate) async fn until_stopped(self, signals: &mut Signals) -> Result<ExitStatus, LaunchError> {
        let Self { parts, keeper, channel_by, _output } = self;
        tracing::debug!("running");
        let settling = tokio::spawn(settle());
        let end = tokio::select! {
            signal = signals.next() => End::Signal(signal),
            error = no_channel(&parts, channel_by) => End::Failed(error),
            error = host_gone(&parts) => End::Failed(error),
            error = init_failed(&parts) => End::Failed(error),
        };
        settling.abort();
        match &end {
            End::Signal(signal) => tracing::info!(signal = signal.name(), "stopping"),
            End::Failed(error) => tracing::error!("stopping: {error}"),
        }
        let most = parts.limits.drain_time() + GRACE;
        tokio::select! {
            stopped = timeout(most, stop(parts, keeper)) => {
                if stopped.is_err() {
                    tracing::warn!("not everything was put in order within {}", format_duration(most));
                }
            }
            signal = signals.next() => {
                tracing::warn!(signal = signal.name(), "a second signal: stopped at once");
                return Ok(ExitStatus::Interrupted(signal));
            }
        }
        match end {
            End::Signal(_) => Ok(ExitStatus::Stopped),
            End::Failed(error) => Err(error),
        }
    }
}

/// Keeps no memory for what is over. It never ends.
async fn settle() {
    sleep(text_pages::SETTLED).await;
    match text_pages::unmap() {
        Ok(bytes) => tracing::debug!(bytes, "code of the start is unmapped"),
        Err(error) => tracing::debug!(%error, "code of the start stays mapped"),
    }
    allocator::give_back().await;
}

/// Resolves if the host has not opened the channel by then.
async fn no_channel(parts: &Parts, by: Instant) -> LaunchError {
    match timeout_at(by, parts.link.opened()).await {
        Ok(()) => std::future::pending().await,
        Err(_) => LaunchError::NoChannel { limit: parts.limits.channel_time() },
    }
}

/// Resolves once the channel has been lost for too long. A host that is killed takes its end of the channel with it, so this is what keeps
/// it from leaving its plugins behind.
async fn host_gone(parts: &Parts) -> LaunchError {
    parts.link.abandoned().await;
    LaunchError::HostGone { limit: parts.limits.channel_grace() }
}

/// Resolves if `init` fails, in any instance.
async fn init_failed(parts: &Parts) -> LaunchError {
    match parts.instances.initialised().await {
        Ok(()) => std::future::pending().await,
        Err(error) => error,
    }
}

/// No more clients or deliveries, then those under way, then the guest's own end, then the channel, which all of them may need until then.
async fn stop(parts: Parts, keeper: Keeper) {
    let Parts { socket, server, instances, link, databases, limits, _data } = parts;
    // First, so that a client that comes now sees that nobody is there, and a successor's socket is not ours.
    drop(socket);
    tokio::join!(server.drain(limits.drain_time()), keeper.stop());
    instances.stop().await;
    if timeout(DATABASES_CLOSE, databases.close()).await.is_err() {
        tracing::warn!(
            "the databases are not closed: what is committed is in their logs, and is taken from there at the next start"
        );
    }
    link.close().await;
    // Not before: the channel may be on one of their threads.
    drop(instances);
}
