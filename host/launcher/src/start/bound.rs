use std::sync::Arc;

use temps_plugin_inbox::{Changes, path_in};
use temps_plugin_protocol::{ProtocolVersion, ReadyLine};
use temps_plugin_runtime::{Databases, Limits, Plugin, Setup};
use tokio::sync::mpsc;

use super::loaded::{Loaded, OpeningInbox};
use super::plan::Terms;
use super::{Launched, Ready, StepClock};
use crate::channel::{Link, LinkLimits, LinkedPlatform};
use crate::data_dir::{DataDir, GUEST_DATA_DIR};
use crate::error::LaunchError;
use crate::events::{self, Incoming, Intake, Keeper};
use crate::handshake::HostOutput;
use crate::instances::{Blueprint, Instances};
use crate::server::{Gate, Server, Site};
use crate::socket::{self, SocketFile};

/// The socket is bound and health checks are answered; the guest's `init` is under way.
#[derive(Debug)]
pub(crate) struct Bound {
    parts: Parts,
    events: Events,
    line: ReadyLine,
    version: ProtocolVersion,
    output: HostOutput,
    clock: StepClock,
}

/// What is at work from now until the end.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) socket: SocketFile,
    pub(super) server: Server,
    pub(super) instances: Instances,
    pub(super) link: Arc<Link>,
    pub(super) databases: Databases,
    pub(super) limits: Limits,
    /// Locked until the end.
    pub(super) _data: DataDir,
}

/// What keeps events, once there is the inbox.
#[derive(Debug)]
struct Events {
    inbox: OpeningInbox,
    changes: Changes,
    plugin: Plugin,
    incoming: mpsc::Receiver<Incoming>,
    terms: events::Terms,
}

impl Bound {
    pub(super) fn from_launched(launched: Launched) -> Result<Self, LaunchError> {
        let Launched { description, loaded, ui, version, secret, terms, output } = launched;
        let Loaded { component, data, inbox } = loaded;
        let Terms { data_dir: _, socket_path, limits, pass_headers, config, http, label: _, mut clock } = terms;
        let (listener, socket) = socket::bind(&socket_path)?;
        let manifest = Arc::new(description.manifest);
        let link = Link::new(version, LinkLimits::from(&limits));
        let databases = Databases::new(data.path(), (&limits).into());
        let setup = Setup {
            plugin_name: manifest.name.clone(),
            protocol: version,
            data_dir: GUEST_DATA_DIR.to_owned(),
            files: Some(data.files().clone()),
            platform: Arc::new(LinkedPlatform(link.clone())),
            capabilities: manifest.capabilities.clone(),
            databases: Some(databases.clone()),
            config,
            http: Some(http),
        };
        let plugin = Plugin::start(&component, setup.clone());
        let (sink, incoming) = mpsc::channel(limits.event_buffer());
        let terms = events::Terms {
            at_once: if description.concurrent_events { limits.events_at_once() } else { 1 },
            buffer: limits.event_buffer(),
            drain: limits.drain_time(),
        };
        let changes = Changes::of(&path_in(data.path()));
        let events = Events { inbox, changes, plugin: plugin.clone(), incoming, terms };
        let site = Site {
            health_path: manifest.health_path.clone(),
            gate: Gate::new(version, secret, pass_headers),
            link: link.clone(),
            events: Arc::new(Intake::new(manifest.clone(), sink)),
            ui,
            guest: plugin,
        };
        let has_ui = manifest.ui.is_some() || site.ui.is_some();
        let count = instances(description.stateless, &limits);
        let (instances, server) = Instances::serve(count, &Blueprint { component, setup }, site, listener)?;
        tracing::debug!(socket = %socket_path.display(), "bound");
        let line = ReadyLine { has_ui, openapi: description.openapi };
        let parts = Parts { socket, server, instances, link, databases, limits, _data: data };
        clock.done("bound");
        Ok(Self { parts, events, line, version, output, clock })
    }

    /// Goes on: see [`Ready`].
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: `init` failed, the inbox, or the handshake.
    pub(crate) async fn ready(self) -> Result<Ready, LaunchError> {
        let Self { parts, events, line, version, output, mut clock } = self;
        let initialised = async {
            tokio::select! {
                biased;
                initialised = parts.instances.initialised() => initialised?,
                () = parts.link.wanted() => tracing::debug!("the plugin asks the platform while it is initialised: ready before that has ended"),
            }
            Ok(())
        };
        let (keeper, ()) = tokio::try_join!(events.keep(), initialised)?;
        output.send("ready line", line.encode(version), parts.limits.handshake_time()).await?;
        clock.done("ready");
        tracing::info!(protocol = %version, instances = parts.instances.count(), "ready");
        Ok(Ready { parts, keeper, output })
    }
}

impl Events {
    async fn keep(self) -> Result<Keeper, LaunchError> {
        let Self { inbox, changes, plugin, incoming, terms } = self;
        let inbox = inbox.await.map_err(|_| LaunchError::Panicked)??;
        Ok(Keeper::start(inbox, changes, plugin, incoming, terms))
    }
}

/// How many instances there are to be: as many as the operator says, of a plugin that says that it may have more than one.
fn instances(stateless: bool, limits: &Limits) -> u32 {
    let count = limits.instances().get();
    if stateless || count == 1 {
        return count;
    }
    tracing::warn!(
        instances = count,
        "the plugin does not say that it is stateless: it has one instance, whatever the limit `instances` is"
    );
    1
}
