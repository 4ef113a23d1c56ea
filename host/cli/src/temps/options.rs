use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use temps_plugin_protocol::ProtocolVersion;

use super::identity::ACTOR_LIMIT;
use super::notice::Observer;
use super::{Activity, Fixtures, Identity, Notice};

/// How long a plugin may take for each line of the handshake: 30 s, as Temps waits.
pub const HANDSHAKE_LIMIT: Duration = Duration::from_secs(30);

/// How long a plugin may take to open the channel after it said that it is ready: 10 s. Its socket is bound by then, so it
/// should be at once.
pub const CHANNEL_LIMIT: Duration = Duration::from_secs(10);

/// How long a plugin may take to end after SIGTERM before it is killed: 12 s, a little more than the 10 s in which a launcher
/// drains its requests.
pub const STOP_LIMIT: Duration = Duration::from_secs(12);

/// Gives the arguments for the plugin whose file has this name.
type ArgumentsFor = Arc<dyn Fn(&str) -> Vec<OsString> + Send + Sync>;

/// How [`LocalTemps`](super::LocalTemps) is to be: begins with the defaults of Temps, changed by the methods.
#[derive(Clone)]
pub struct Options {
    pub(super) plugins: PathBuf,
    pub(super) data: PathBuf,
    pub(super) protocol: ProtocolVersion,
    pub(super) port: u16,
    pub(super) fixtures: Arc<Fixtures>,
    pub(super) identity: Identity,
    pub(super) actor_limit: Duration,
    pub(super) handshake_limit: Duration,
    pub(super) channel_limit: Duration,
    pub(super) stop_limit: Duration,
    pub(super) opens_channel: bool,
    pub(super) answer_delay: Duration,
    pub(super) own_process_group: bool,
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) arguments: Vec<OsString>,
    pub(super) arguments_for: ArgumentsFor,
    pub(super) observer: Observer,
    pub(super) activity: Arc<Activity>,
}

impl Options {
    /// The plugins of one folder, each with a data folder of its own below `data`, named after its file. Protocol v2, a free
    /// port, the built-in fixtures.
    pub fn new(plugins: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        Self {
            plugins: plugins.into(),
            data: data.into(),
            protocol: ProtocolVersion::V2,
            port: 0,
            fixtures: Arc::new(Fixtures::default()),
            identity: Identity::default(),
            actor_limit: ACTOR_LIMIT,
            handshake_limit: HANDSHAKE_LIMIT,
            channel_limit: CHANNEL_LIMIT,
            stop_limit: STOP_LIMIT,
            opens_channel: true,
            answer_delay: Duration::ZERO,
            own_process_group: false,
            environment: Vec::new(),
            arguments: Vec::new(),
            arguments_for: Arc::new(|_| Vec::new()),
            observer: Arc::new(|_, _| {}),
            activity: Arc::default(),
        }
    }

    /// The generation of the protocol to speak. Default v2.
    #[must_use]
    pub fn protocol(mut self, protocol: ProtocolVersion) -> Self {
        self.protocol = protocol;
        self
    }

    /// The port on 127.0.0.1. Default 0, which is a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What the platform's queries are answered from. Default [`Fixtures::default`].
    #[must_use]
    pub fn fixtures(mut self, fixtures: Fixtures) -> Self {
        self.fixtures = Arc::new(fixtures);
        self
    }

    /// As whom requests are made that do not say it themselves, with [`AS_HEADER`](super::AS_HEADER). Default an administrator.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// How long an actor token is good for. Default [`ACTOR_LIMIT`].
    #[must_use]
    pub fn actor_limit(mut self, limit: Duration) -> Self {
        self.actor_limit = limit;
        self
    }

    /// The time for each line of the handshake. Default [`HANDSHAKE_LIMIT`].
    #[must_use]
    pub fn handshake_limit(mut self, limit: Duration) -> Self {
        self.handshake_limit = limit;
        self
    }

    /// The time for the channel to open at the start. Default [`CHANNEL_LIMIT`].
    #[must_use]
    pub fn channel_limit(mut self, limit: Duration) -> Self {
        self.channel_limit = limit;
        self
    }

    /// The time between SIGTERM and SIGKILL. Default [`STOP_LIMIT`].
    #[must_use]
    pub fn stop_limit(mut self, limit: Duration) -> Self {
        self.stop_limit = limit;
        self
    }

    /// Whether the channel is opened at the start, as Temps does. With `false` it stays closed until
    /// [`Plugin::open_channel`](super::Plugin::open_channel).
    #[must_use]
    pub fn opens_channel(mut self, opens: bool) -> Self {
        self.opens_channel = opens;
        self
    }

    /// How long each answer on the channel is held back. Default zero.
    #[must_use]
    pub fn answer_delay(mut self, delay: Duration) -> Self {
        self.answer_delay = delay;
        self
    }

    /// Whether each plugin gets a process group of its own, so that a terminal's Ctrl-C reaches this program alone, which then stops
    /// the plugin in good order. Default `false`: a plugin of Temps is in the group of Temps.
    #[must_use]
    pub fn own_process_group(mut self, own: bool) -> Self {
        self.own_process_group = own;
        self
    }

    /// Sets a variable in the plugins' environment, which is inherited otherwise.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Adds an argument at the end of the plugins' command lines, as a newer Temps may do.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Asks at each start which arguments to add for the plugin whose file has this name. Default none.
    #[must_use]
    pub fn arguments_for(mut self, arguments: impl Fn(&str) -> Vec<OsString> + Send + Sync + 'static) -> Self {
        self.arguments_for = Arc::new(arguments);
        self
    }

    /// Who is told of what happens, with the file name of the plugin that it is about. It is called from several tasks, and
    /// holds up what it is told of: it must not block. Default nobody.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(&str, &Notice<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// The record that requests and events go into, and that the page shows. Whoever has a log adds to it. Default one of its own.
    #[must_use]
    pub fn activity(mut self, activity: Arc<Activity>) -> Self {
        self.activity = activity;
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("plugins", &self.plugins)
            .field("data", &self.data)
            .field("protocol", &self.protocol)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
