use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use rustix::process::Signal;
use serde::Serialize;
use temps_plugin_protocol::{PluginManifest, ProtocolVersion, ReadyLine};
use tokio_util::task::AbortOnDropHandle;

use super::channel::{Channel, Link};
use super::fixtures::CurrentFixtures;
use super::folder::Binary;
use super::identity::{Actors, random_text};
use super::launch::{Launched, Plan, data_dir, discard, launch, watch_stdout};
use super::process::Process;
use super::{ChannelFailure, ChannelState, Exit, LaunchError, LaunchFailure, Options, Told};

/// A plugin that was started: a handle to its one process, which clones share. It stays valid after the process has ended.
#[derive(Debug, Clone)]
pub struct Plugin(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    binary: Binary,
    plan: Plan,
    protocol: ProtocolVersion,
    secret_header: HeaderValue,
    manifest: PluginManifest,
    ready: ReadyLine,
    process: Process,
    channel: Arc<Channel>,
    told: Told,
    not_replaced: Mutex<Option<String>>,
    _stdout: AbortOnDropHandle<()>,
}

/// How a plugin is, as `/api/x/plugins` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PluginState {
    /// Its process runs and its channel is open.
    Running,
    /// Its process runs without a channel.
    Disconnected,
    /// Its process has ended.
    Exited,
}

/// How a plugin ended that was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// How the process ended.
    pub exit: Exit,
    /// Whether it had to be killed, because it did not end in time.
    pub killed: bool,
}

/// What starting a plugin takes besides the options.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) options: &'a Options,
    /// A folder with a short path.
    pub(super) sockets: &'a Path,
    /// The place in the folder's listing, which names the socket.
    pub(super) index: usize,
    pub(super) api_url: &'a str,
    pub(super) actors: &'a Arc<Actors>,
    pub(super) fixtures: &'a Arc<CurrentFixtures>,
}

impl Plugin {
    /// Starts a file of the folder, and waits until its channel is open (when it is to be opened).
    pub(super) async fn start(binary: &Binary, site: Site<'_>) -> Result<Self, LaunchError> {
        let failed = |(reason, stderr)| LaunchError { plugin: binary.name.clone(), reason, stderr };
        let options = site.options;
        let told = Told::new(&binary.name, Arc::clone(&options.observer), Arc::clone(&options.activity));
        let plan = Plan {
            binary: binary.path.clone(),
            socket: site.sockets.join(format!("{}.sock", site.index)),
            data_dir: data_dir(&options.data, &binary.name),
            secret: random_text(),
            api_url: site.api_url.to_owned(),
        };
        let Launched { process, manifest, ready, stdout } = launch(&plan, options, &told).await.map_err(failed)?;

        let link = Link {
            socket: plan.socket.clone(),
            protocol: options.protocol,
            secret: plan.secret.clone(),
            fixtures: Arc::clone(site.fixtures),
            capabilities: manifest.capabilities.clone(),
            plugin: manifest.name.clone(),
            actors: Arc::clone(site.actors),
            answer_delay: options.answer_delay,
            told: told.clone(),
        };
        let channel = Arc::new(Channel::start(link, options.opens_channel));
        let until = stdout_closes(options.protocol, Arc::clone(&channel));
        let stdout = AbortOnDropHandle::new(tokio::spawn(watch_stdout(stdout, told.clone(), until)));
        if options.opens_channel
            && let Err(failure) = first_opening(&channel, &process, options.channel_limit).await
        {
            return Err(failed((LaunchFailure::Channel(failure), discard(&process).await)));
        }
        // Hexadecimal digits are a header value.
        let secret_header = HeaderValue::from_str(&plan.secret).unwrap_or(HeaderValue::from_static(""));
        let binary = binary.clone();
        let inner = Inner {
            binary,
            plan,
            protocol: options.protocol,
            secret_header,
            manifest,
            ready,
            process,
            channel,
            told,
            not_replaced: Mutex::default(),
            _stdout: stdout,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The name in its manifest, which its routes begin with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.manifest.name
    }

    /// The file that was started.
    #[must_use]
    pub fn binary(&self) -> &Binary {
        &self.0.binary
    }

    /// What it said of itself.
    #[must_use]
    pub fn manifest(&self) -> &PluginManifest {
        &self.0.manifest
    }

    /// What it said when it was ready.
    #[must_use]
    pub fn ready(&self) -> &ReadyLine {
        &self.0.ready
    }

    /// The protocol spoken with it.
    #[must_use]
    pub fn protocol(&self) -> ProtocolVersion {
        self.0.protocol
    }

    /// The socket that it listens on.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.0.plan.socket
    }

    /// Its data folder.
    #[must_use]
    pub fn data_dir(&self) -> &PathBuf {
        &self.0.plan.data_dir
    }

    /// The secret that requests to it are signed with.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0.plan.secret
    }

    /// Its process id. After its end another process may have it: signals go through [`signal`](Self::signal).
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.0.process.pid()
    }

    /// How it is.
    #[must_use]
    pub fn state(&self) -> PluginState {
        match (self.exit(), self.channel_state()) {
            (Some(_), _) => PluginState::Exited,
            (None, ChannelState::Open) => PluginState::Running,
            (None, ChannelState::Closed) => PluginState::Disconnected,
        }
    }

    /// Whether its channel is open.
    #[must_use]
    pub fn channel_state(&self) -> ChannelState {
        self.0.channel.state()
    }

    /// Waits until its channel is in this state, for ever if it never is.
    pub async fn wait_channel(&self, state: ChannelState) {
        self.0.channel.wait_for(state).await;
    }

    /// Dials the channel, now and whenever it is lost, until [`close_channel`](Self::close_channel).
    pub fn open_channel(&self) {
        self.0.channel.want(true);
    }

    /// Closes the channel and leaves it closed.
    pub fn close_channel(&self) {
        self.0.channel.want(false);
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        self.0.process.exit()
    }

    /// Says why it has no successor, which is shown to its callers from now on: it was stopped for one that did not start.
    pub fn set_not_replaced(&self, reason: String) {
        *self.0.not_replaced.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    /// Why it has no successor, if it was stopped for one that did not start.
    #[must_use]
    pub fn not_replaced(&self) -> Option<String> {
        self.0.not_replaced.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for its end.
    pub async fn wait_exit(&self) -> Exit {
        self.0.process.wait().await
    }

    /// The last lines on its stderr, as they came, at most [`STDERR_TAIL_LINES`](super::STDERR_TAIL_LINES).
    #[must_use]
    pub fn last_stderr(&self) -> Vec<String> {
        self.0.process.last_stderr()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Sends SIGKILL, as today's Temps does on a reload.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Sends a signal, after which the end is an expected one. Does nothing when the process has ended.
    pub fn signal(&self, signal: Signal) {
        self.0.process.expect_exit();
        self.0.process.signal(signal);
    }

    /// Sends SIGTERM, and SIGKILL when the process is still there after `limit`. Waits for the end.
    pub async fn stop(&self, limit: Duration) -> Stopped {
        self.terminate();
        match tokio::time::timeout(limit, self.wait_exit()).await {
            Ok(exit) => Stopped { exit, killed: false },
            Err(_) => {
                self.kill();
                Stopped { exit: self.wait_exit().await, killed: true }
            }
        }
    }

    pub(super) fn channel(&self) -> &Channel {
        &self.0.channel
    }

    pub(super) fn secret_header(&self) -> HeaderValue {
        self.0.secret_header.clone()
    }

    pub(super) fn told(&self) -> &Told {
        &self.0.told
    }

    /// Kills the process and closes the channel without waiting: for a host that goes away itself.
    pub(super) fn abandon(&self) {
        self.0.channel.abandon();
        self.0.process.abandon();
    }
}

/// A v1 host closes its end of stdout once the channel is open; a v2 host leaves it open.
async fn stdout_closes(protocol: ProtocolVersion, channel: Arc<Channel>) {
    match protocol {
        ProtocolVersion::V1 => channel.wait_for(ChannelState::Open).await,
        ProtocolVersion::V2 => std::future::pending().await,
    }
}

async fn first_opening(channel: &Channel, process: &Process, limit: Duration) -> Result<(), ChannelFailure> {
    tokio::select! {
        opened = tokio::time::timeout(limit, channel.opened()) => match opened {
            Ok(opened) => opened,
            Err(_) => Err(channel.last_failure().unwrap_or(ChannelFailure::TimedOut { limit })),
        },
        exit = process.wait() => Err(ChannelFailure::Ended(exit)),
    }
}
