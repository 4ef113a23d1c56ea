use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;
use temps_plugin_protocol::{PlatformCall, ProtocolVersion};
use temps_plugin_runtime::{Limits, Platform, PlatformError};
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(super) type Answer = Result<Value, PlatformError>;

/// The limits of the channel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkLimits {
    /// The time for a query, with all its waiting.
    pub(crate) call_time: Duration,
    /// Queries sent and not answered yet. More wait.
    pub(crate) in_flight: usize,
    /// Queries that wait. More fail at once.
    pub(crate) queue: usize,
    /// The host's silence that is answered with a ping.
    pub(crate) ping: Duration,
    /// The host's silence that ends the connection.
    pub(crate) silence: Duration,
    /// The time without a connection after which there is no host.
    pub(crate) grace: Duration,
}

impl From<&Limits> for LinkLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            call_time: limits.platform_call_time(),
            in_flight: limits.platform_in_flight(),
            queue: limits.platform_queue(),
            ping: limits.channel_ping(),
            silence: limits.channel_silence(),
            grace: limits.channel_grace(),
        }
    }
}

/// The platform as the guest asks it, over whichever connection the host has opened.
#[derive(Debug)]
pub(crate) struct Link {
    pub(super) version: ProtocolVersion,
    pub(super) limits: LinkLimits,
    pub(super) phase: watch::Sender<Phase>,
    state: Mutex<State>,
    wanted: Notify,
    /// Ends the connection there is, and fails queries.
    pub(super) stop: CancellationToken,
    /// The tasks that run connections, with those that are closing.
    pub(super) connections: TaskTracker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The host has not opened the channel yet.
    Awaited,
    /// It is open.
    Open,
    /// It was, and is not now.
    Lost {
        /// When the last connection ended.
        since: Instant,
    },
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// Ids are never used twice, so an answer to a query of an earlier connection is nobody's.
    pub(super) next_id: u64,
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) in_flight: HashMap<u64, oneshot::Sender<Answer>>,
    /// Numbers connections.
    pub(super) last_seat: u64,
    pub(super) current: Option<Current>,
    /// Connections that the host has asked for and that do not stand yet.
    pub(super) opening: BTreeSet<u64>,
}

#[derive(Debug)]
pub(super) struct Waiting {
    id: u64,
    call: PlatformCall,
    answer: oneshot::Sender<Answer>,
}

/// What the link knows of the connection that it uses.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) seat: u64,
    pub(super) work: Arc<Notify>,
    pub(super) replaced: CancellationToken,
}

impl Link {
    pub(crate) fn new(version: ProtocolVersion, limits: LinkLimits) -> Arc<Self> {
        Arc::new(Self {
            version,
            limits,
            phase: watch::Sender::new(Phase::Awaited),
            state: Mutex::default(),
            wanted: Notify::new(),
            stop: CancellationToken::new(),
            connections: TaskTracker::new(),
        })
    }

    /// Resolves when a query waits for the host to open the channel for the first time.
    pub(crate) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Resolves when the host has opened the channel for the first time.
    pub(crate) async fn opened(&self) {
        // It fails only when the sender is gone, which `self` holds.
        drop(self.phase.subscribe().wait_for(|phase| *phase != Phase::Awaited).await);
    }

    /// Resolves when the channel has been lost for [`LinkLimits::grace`], without another in between. It can be awaited again.
    pub(crate) async fn abandoned(&self) {
        let mut phase = self.phase.subscribe();
        loop {
            let seen = *phase.borrow_and_update();
            let too_long = async {
                match seen {
                    Phase::Lost { since } => sleep_until(since + self.limits.grace).await,
                    Phase::Awaited | Phase::Open => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                // It fails only when the sender is gone, which `self` holds.
                _ = phase.changed() => {}
                () = too_long => return,
            }
        }
    }

    /// Ends the connection, if there is one, and waits until the host knows or does not listen. Queries fail from now on.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        self.connections.close();
        self.connections.wait().await;
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No code that holds the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, call: PlatformCall) -> Result<(u64, oneshot::Receiver<Answer>), PlatformError> {
        let mut state = self.state();
        let phase = *self.phase.borrow();
        // The host may know that a connection stands before its task here does.
        let lost = matches!(phase, Phase::Lost { .. }) && state.opening.is_empty();
        if lost || self.stop.is_cancelled() {
            return Err(PlatformError::Disconnected);
        }
        // A query that can be sent at once does not wait.
        let sent_at_once = phase == Phase::Open && state.waiting.is_empty() && state.in_flight.len() < self.limits.in_flight;
        if !sent_at_once && state.waiting.len() >= self.limits.queue {
            return Err(PlatformError::Overloaded);
        }
        let id = state.next_id;
        state.next_id += 1;
        let (answer, receiver) = oneshot::channel();
        state.waiting.push_back(Waiting { id, call, answer });
        match &state.current {
            Some(current) => current.work.notify_one(),
            None => self.wanted.notify_one(),
        }
        Ok((id, receiver))
    }

    /// The next query to send on this connection, counted as under way from now on.
    pub(super) fn next_to_send(&self, seat: u64) -> Option<(u64, PlatformCall)> {
        let mut state = self.state();
        // What is sent on a connection that is about to be replaced is lost.
        let replaced = state.opening.last().is_some_and(|newest| *newest > seat);
        if state.in_flight.len() >= self.limits.in_flight || !state.is_current(seat) || replaced {
            return None;
        }
        let Waiting { id, call, answer } = state.waiting.pop_front()?;
        state.in_flight.insert(id, answer);
        Some((id, call))
    }

    /// Hands an answer to whoever asked. `Err` says why there is nobody.
    pub(super) fn settle(&self, seat: u64, id: u64, answer: Answer) -> Result<(), Unasked> {
        let mut state = self.state();
        if !state.is_current(seat) {
            return Err(Unasked::Late);
        }
        let Some(asker) = state.in_flight.remove(&id) else {
            return Err(if id < state.next_id { Unasked::Late } else { Unasked::Unknown });
        };
        state.wake_connection();
        // Whoever asked may have given up just now.
        asker.send(answer).map_err(|_| Unasked::Late)
    }

    fn forget(&self, id: u64) {
        let mut state = self.state();
        if state.in_flight.remove(&id).is_some() {
            state.wake_connection();
        } else {
            state.waiting.retain(|waiting| waiting.id != id);
        }
    }
}

impl State {
    pub(super) fn is_current(&self, seat: u64) -> bool {
        self.current.as_ref().is_some_and(|current| current.seat == seat)
    }

    /// Another query may be sent.
    pub(super) fn wake_connection(&self) {
        if let Some(current) = &self.current {
            current.work.notify_one();
        }
    }

    /// Fails what was sent on the connection that is lost.
    pub(super) fn fail_in_flight(&mut self) {
        for (_, asker) in self.in_flight.drain() {
            drop(asker.send(Err(PlatformError::Disconnected)));
        }
    }

    /// Fails what has not been sent either.
    pub(super) fn fail_waiting(&mut self) {
        for waiting in self.waiting.drain(..) {
            drop(waiting.answer.send(Err(PlatformError::Disconnected)));
        }
    }
}

/// Why nobody waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unasked {
    /// The query ran out of time, was given up, or has been answered before.
    Late,
    /// No query had this id.
    Unknown,
}

/// The link as the runtime sees it.
#[derive(Debug, Clone)]
pub(crate) struct LinkedPlatform(pub(crate) Arc<Link>);

impl Platform for LinkedPlatform {
    fn call(&self, call: PlatformCall) -> BoxFuture<'static, Answer> {
        let link = self.0.clone();
        Box::pin(async move {
            let (id, answer) = link.admit(call)?;
            let limit = link.limits.call_time;
            let _ticket = Ticket { link, id };
            match timeout(limit, answer).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => Err(PlatformError::Disconnected),
                Err(_) => Err(PlatformError::TimedOut),
            }
        })
    }
}

/// A query that somebody waits for. Dropped, whether answered or given up, it leaves nothing behind.
struct Ticket {
    link: Arc<Link>,
    id: u64,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.link.forget(self.id);
    }
}
