//! The platform channel, seen from the host: a WebSocket to the plugin's socket, opened again whenever it is lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{SplitSink, StreamExt as _};
use futures::{FutureExt as _, SinkExt as _};
use serde_json::Value;
use temps_plugin_protocol::{
    ApiCall, Capability, ChannelError, ErrorCode, PlatformCall, PluginEvent, ProtocolVersion, decode_plugin_frame, encode_event,
    encode_response,
};
use temps_plugin_protocol::{headers, paths};
use tokio::net::UnixStream;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tokio_util::task::AbortOnDropHandle;

use super::fixtures::{Answer, Answers, Api, CurrentFixtures, result};
use super::identity::Actors;
use super::{Exit, Notice, Told};

/// The calls of one plugin that may be under way; one more is answered with `internal`, as the newest hosts do.
pub const MAX_CALLS: usize = 32;

/// The frames that may wait to be written. When they do, the plugin's next call is not read: it has to read its answers first.
const MAX_WAITING_FRAMES: usize = 64;

/// The largest message: 64 MiB, which holds an API call's 32 MiB as base64 with room to spare.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// The pause before the channel is dialled again.
const REDIAL: Duration = Duration::from_millis(250);

/// Whether the channel is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelState {
    /// It is not: not yet, not any more, or not at the moment.
    Closed,
    /// Questions are answered and events are pushed.
    Open,
}

/// Why the channel is not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelFailure {
    /// Nobody listens on the plugin's socket.
    #[error("its channel cannot be opened: cannot connect to {}: {reason}", socket.display())]
    Connect {
        /// The socket.
        socket: PathBuf,
        /// Why.
        reason: String,
    },
    /// The plugin answered the upgrade with something else.
    #[error("its channel cannot be opened: GET {} answered {status} instead of 101", paths::CHANNEL)]
    Refused {
        /// The status.
        status: u16,
    },
    /// The upgrade failed in another way.
    #[error("its channel cannot be opened: {reason}")]
    WebSocket {
        /// How.
        reason: String,
    },
    /// It was not open in time.
    #[error("its channel was not open within {limit:?}")]
    TimedOut {
        /// The time it had.
        limit: Duration,
    },
    /// The process ended before.
    #[error("it ended before its channel was open, with {0}")]
    Ended(Exit),
}

/// What the channel needs to know of its plugin.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) socket: PathBuf,
    pub(super) protocol: ProtocolVersion,
    pub(super) secret: String,
    pub(super) fixtures: Arc<CurrentFixtures>,
    /// The plugin's name.
    pub(super) plugin: String,
    pub(super) capabilities: Vec<Capability>,
    pub(super) actors: Arc<Actors>,
    pub(super) answer_delay: Duration,
    pub(super) told: Told,
}

/// The channel of one plugin. Dropping it closes it for good.
#[derive(Debug)]
pub(super) struct Channel {
    state: watch::Receiver<ChannelState>,
    failure: watch::Receiver<Option<ChannelFailure>>,
    wanted: watch::Sender<bool>,
    events: mpsc::Sender<Outgoing>,
    task: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Outgoing {
    text: String,
    /// Told when the frame was written.
    written: Option<oneshot::Sender<()>>,
}

impl Channel {
    /// Begins to dial if `wanted`, or waits until [`want`](Self::want).
    pub(super) fn start(link: Link, wanted: bool) -> Self {
        let (state_tx, state) = watch::channel(ChannelState::Closed);
        let (failure_tx, failure) = watch::channel(None);
        let (wanted, wanted_rx) = watch::channel(wanted);
        let (events, events_rx) = mpsc::channel(MAX_WAITING_FRAMES);
        let task = Dialler { link, state: state_tx, failure: failure_tx, wanted: wanted_rx, events: events_rx };
        Self { state, failure, wanted, events, task: AbortOnDropHandle::new(tokio::spawn(task.run())) }
    }

    pub(super) fn state(&self) -> ChannelState {
        *self.state.borrow()
    }

    /// Waits for the state. It does not end when the plugin does.
    pub(super) async fn wait_for(&self, wanted: ChannelState) {
        let mut state = self.state.clone();
        if state.wait_for(|state| *state == wanted).await.is_err() {
            // The dialler is gone, and with it every change.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until it is open or refused.
    pub(super) async fn opened(&self) -> Result<(), ChannelFailure> {
        let mut failure = self.failure.clone();
        let refused = failure.wait_for(|failure| matches!(failure, Some(ChannelFailure::Refused { .. })));
        tokio::select! {
            () = self.wait_for(ChannelState::Open) => Ok(()),
            Ok(refused) = refused => Err(refused.clone().unwrap_or(ChannelFailure::TimedOut { limit: Duration::ZERO })),
        }
    }

    /// The last failed attempt since it was open.
    pub(super) fn last_failure(&self) -> Option<ChannelFailure> {
        self.failure.borrow().clone()
    }

    pub(super) fn want(&self, open: bool) {
        self.wanted.send_replace(open);
    }

    /// Pushes an event. `false` when the channel is down, or goes down before the event is written.
    pub(super) async fn push(&self, event: &PluginEvent) -> bool {
        if self.state() == ChannelState::Closed {
            return false;
        }
        let (written, done) = oneshot::channel();
        let outgoing = Outgoing { text: encode_event(event), written: Some(written) };
        self.events.send(outgoing).await.is_ok() && done.await.is_ok()
    }

    pub(super) fn abandon(&self) {
        self.task.abort();
    }
}

struct Dialler {
    link: Link,
    state: watch::Sender<ChannelState>,
    failure: watch::Sender<Option<ChannelFailure>>,
    wanted: watch::Receiver<bool>,
    events: mpsc::Receiver<Outgoing>,
}

impl Dialler {
    async fn run(mut self) {
        while self.wanted.wait_for(|wanted| *wanted).await.is_ok() {
            match self.link.dial().await {
                Ok(socket) => {
                    self.failure.send_replace(None);
                    self.state.send_replace(ChannelState::Open);
                    self.link.told.tell(Notice::ChannelOpened);
                    let reason = self.converse(socket).await;
                    self.state.send_replace(ChannelState::Closed);
                    // A host that stops a plugin knows it.
                    if *self.wanted.borrow() {
                        self.link.told.tell(Notice::ChannelClosed(&reason));
                    }
                    // Their senders learn by it that the events were not written.
                    while self.events.try_recv().is_ok() {}
                }
                Err(failure) => {
                    let is_new = self.failure.send_replace(Some(failure.clone())).as_ref() != Some(&failure);
                    if is_new {
                        self.link.told.tell(Notice::ChannelClosed(&failure.to_string()));
                    }
                }
            }
            tokio::time::sleep(REDIAL).await;
        }
    }

    /// Serves the open channel until it ends, and says why it did.
    async fn converse(&mut self, socket: WebSocketStream<UnixStream>) -> String {
        let (sink, mut frames) = socket.split();
        let (out, waiting) = mpsc::channel(MAX_WAITING_FRAMES);
        let mut writer = AbortOnDropHandle::new(tokio::spawn(write(sink, waiting)));
        let calls = Arc::new(Semaphore::new(MAX_CALLS));
        let mut answering = JoinSet::new();
        loop {
            tokio::select! {
                frame = frames.next() => match frame {
                    Some(Ok(Message::Text(text))) => self.link.answer(&text, &calls, &out, &mut answering).await,
                    Some(Ok(Message::Close(_))) | None => return "the plugin closed it".to_owned(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return error.to_string(),
                },
                Some(event) = self.events.recv() => {
                    // A writer that is gone says so below.
                    let _ = out.send(event).await;
                }
                Some(_) = answering.join_next() => {}
                ended = &mut writer => return match ended {
                    Ok(Err(error)) => error.to_string(),
                    Ok(Ok(())) | Err(_) => "the writer ended".to_owned(),
                },
                changed = self.wanted.wait_for(|wanted| !wanted).map(|changed| changed.is_ok()) => {
                    drop(out);
                    if changed {
                        // With its queue closed the writer says goodbye and ends.
                        let _ = tokio::time::timeout(REDIAL, writer).await;
                    }
                    return CLOSED_BY_HOST.to_owned();
                }
            }
        }
    }
}

/// Why a channel closed that the host closed itself.
const CLOSED_BY_HOST: &str = "closed by the host";

type Sink = SplitSink<WebSocketStream<UnixStream>, Message>;

async fn write(mut sink: Sink, mut waiting: mpsc::Receiver<Outgoing>) -> Result<(), tungstenite::Error> {
    while let Some(Outgoing { text, written }) = waiting.recv().await {
        sink.send(Message::text(text)).await?;
        if let Some(written) = written {
            // Nobody may wait for it any more.
            let _ = written.send(());
        }
    }
    sink.close().await
}

impl Link {
    async fn dial(&self) -> Result<WebSocketStream<UnixStream>, ChannelFailure> {
        let failed = |reason: String| ChannelFailure::WebSocket { reason };
        let mut request =
            format!("ws://localhost{}", paths::CHANNEL).into_client_request().map_err(|error| failed(error.to_string()))?;
        if self.protocol == ProtocolVersion::V2 {
            let secret = self.secret.parse().map_err(|_| failed("the secret is no header value".to_owned()))?;
            request.headers_mut().insert(headers::AUTH_SIGNATURE, secret);
        }
        let stream = connect(&self.socket).await?;
        let config = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
        match client_async_with_config(request, stream, Some(config)).await {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::Error::Http(response)) => Err(ChannelFailure::Refused { status: response.status().as_u16() }),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Answers one frame, at once or (with a delay) in a task of its own.
    async fn answer(&self, text: &str, calls: &Arc<Semaphore>, out: &mpsc::Sender<Outgoing>, answering: &mut JoinSet<()>) {
        let (id, method, outcome, permit) = match decode_plugin_frame(self.protocol, text) {
            Ok((id, call)) => match Arc::clone(calls).try_acquire_owned() {
                Ok(permit) => (id, call.method(), self.outcome(&call), Some(permit)),
                Err(_) => {
                    let message = format!("more than {MAX_CALLS} calls are under way");
                    (id, call.method(), self.given(call.method(), Err(ChannelError::new(ErrorCode::Internal, message))), None)
                }
            },
            Err(error) => match error.id() {
                Some(id) => (id, "", self.given("", Err(error.to_channel_error())), None),
                None => return self.told.tell(Notice::BadFrame(&error.to_string())),
            },
        };
        let outgoing = Outgoing { text: encode_response(self.protocol, id, method, &outcome), written: None };
        let out = out.clone();
        let delay = self.answer_delay;
        let send = async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            // When the writer is gone, the channel is closing, and the plugin's call fails with it.
            let _ = out.send(outgoing).await;
            drop(permit);
        };
        if delay.is_zero() {
            send.await;
        } else {
            answering.spawn(send);
        }
    }

    fn outcome(&self, call: &PlatformCall) -> Result<Value, ChannelError> {
        match (Answers { fixtures: &self.fixtures.get() }).to(call) {
            Answer::Given(outcome) => self.given(call.method(), outcome),
            Answer::Api(call) => self.api_call(call),
        }
    }

    /// Tells of an outcome.
    fn given(&self, method: &str, outcome: Result<Value, ChannelError>) -> Result<Value, ChannelError> {
        self.told.tell(Notice::Answered { method, outcome: &outcome });
        outcome
    }

    /// Makes an API call as its caller.
    fn api_call(&self, call: &ApiCall) -> Result<Value, ChannelError> {
        let fixtures = self.fixtures.get();
        let api = Api { fixtures: &fixtures, plugin: &self.plugin, capabilities: &self.capabilities, actors: &self.actors };
        let caller = api.caller(call);
        let outcome = caller.as_ref().map(|caller| api.answer(call, caller)).map_err(Clone::clone);
        self.told.tell(Notice::ApiAnswered { call, caller: caller.as_ref().ok(), outcome: &outcome });
        result(&outcome?)
    }
}

async fn connect(socket: &Path) -> Result<UnixStream, ChannelFailure> {
    UnixStream::connect(socket)
        .await
        .map_err(|error| ChannelFailure::Connect { socket: socket.to_owned(), reason: error.to_string() })
}
