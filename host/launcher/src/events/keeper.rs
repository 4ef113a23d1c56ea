use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use temps_plugin_inbox::{Changes, Committed, Counts, Ended, Inbox, InboxError, Outcome, Put, Said, Step, Watch};
use temps_plugin_protocol::PluginEvent;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::delivery::deliver;
use super::intake::Incoming;
use super::{Deliver, PutError};

/// Events that are written together, at most: 256, so that the first of them does not wait for long.
const TOGETHER: usize = 256;

/// The pause before a disk that failed is tried again: 1 s.
const DISK_PAUSE: Duration = Duration::from_secs(1);

/// What a keeper works by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// Deliveries under way at once.
    pub(crate) at_once: usize,
    /// Events that may wait in memory for a disk that fails.
    pub(crate) buffer: usize,
    /// How long deliveries may go on when it stops.
    pub(crate) drain: Duration,
}

/// The one task that writes to the inbox and delivers from it.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: CancellationToken,
    task: AbortOnDropHandle<()>,
}

impl Keeper {
    /// Starts to keep `inbox`, for `guest`. What comes is taken from `incoming`.
    pub(crate) fn start(
        inbox: Inbox,
        changes: Changes,
        guest: impl Deliver,
        incoming: mpsc::Receiver<Incoming>,
        terms: Terms,
    ) -> Self {
        let stop = CancellationToken::new();
        let desk = Desk {
            inbox,
            guest,
            terms,
            held: Vec::new(),
            said: Vec::new(),
            under_way: Vec::new(),
            deliveries: FuturesUnordered::new(),
            next_due: None,
            may_begin: false,
        };
        let task = AbortOnDropHandle::new(tokio::spawn(desk.keep(incoming, listen(&changes), stop.clone())));
        Self { stop, task }
    }

    /// Takes no more events, writes down what came, and lets the deliveries under way end, in the time that they have. What waits stays where
    /// it is.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        // It ends by itself, and a panic of it is in the log.
        drop(self.task.await);
    }
}

fn listen(changes: &Changes) -> Option<Watch> {
    changes.watch().inspect_err(|error| tracing::warn!(%error, "an operator's changes are noticed with the next event only")).ok()
}

/// The keeper at work.
struct Desk<G> {
    inbox: Inbox,
    guest: G,
    terms: Terms,
    /// What came over the channel and could not be written yet.
    held: Vec<Incoming>,
    /// How deliveries ended, not written yet.
    said: Vec<Said>,
    under_way: Vec<UnderWay>,
    deliveries: FuturesUnordered<BoxFuture<'static, Said>>,
    /// When there is something to do even if nothing happens.
    next_due: Option<Instant>,
    may_begin: bool,
}

/// A delivery that goes on.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    sequence: i64,
    attempt: u32,
}

impl<G: Deliver> Desk<G> {
    async fn keep(mut self, mut incoming: mpsc::Receiver<Incoming>, mut changes: Option<Watch>, stop: CancellationToken) {
        self.tell_what_waits().await;
        let guest = self.guest.clone();
        let mut ready = Box::pin(async move { guest.ready().await });
        let mut all_came = false;
        let mut cut_off = None;
        loop {
            let mut came = Vec::new();
            tokio::select! {
                read = incoming.recv_many(&mut came, TOGETHER), if !all_came => all_came = read == 0,
                Some(said) = self.deliveries.next() => self.heard(said),
                () = at(self.next_due) => self.next_due = None,
                () = &mut ready, if !self.may_begin && cut_off.is_none() => self.may_begin = true,
                () = changed(&mut changes) => {}
                () = stop.cancelled(), if cut_off.is_none() => {
                    incoming.close();
                    self.may_begin = false;
                    cut_off = Some(Instant::now() + self.terms.drain);
                }
                () = at(cut_off), if !self.deliveries.is_empty() => self.cut_off(),
            }
            // What else has ended by now goes into the same transaction.
            while let Some(Some(said)) = self.deliveries.next().now_or_never() {
                self.heard(said);
            }
            let written = self.commit(came).await;
            if cut_off.is_some() && !written {
                self.give_up();
                break;
            }
            if all_came && self.deliveries.is_empty() && self.said.is_empty() && self.held.is_empty() {
                break;
            }
        }
        self.inbox.close().await;
    }

    fn heard(&mut self, said: Said) {
        self.under_way.retain(|delivery| delivery.sequence != said.sequence);
        self.said.push(said);
    }

    /// The time for deliveries is over. The guest is told, and the next start delivers their events again.
    fn cut_off(&mut self) {
        tracing::warn!(events = self.under_way.len(), "deliveries are cut off: their time to end is over");
        self.deliveries.clear();
        for UnderWay { sequence, attempt } in std::mem::take(&mut self.under_way) {
            let outcome = Outcome::Interrupted("the launcher stopped before it was done".to_owned());
            self.said.push(Said { sequence, attempt, outcome });
        }
    }

    /// Writes down everything that happened, and begins the deliveries that are due. False if the disk failed.
    async fn commit(&mut self, came: Vec<Incoming>) -> bool {
        let mut all = std::mem::take(&mut self.held);
        all.extend(came);
        let step = Step {
            came: all.iter().map(|incoming| Arc::clone(&incoming.event)).collect(),
            said: self.said.clone(),
            under_way: self.under_way.iter().map(|delivery| delivery.sequence).collect(),
            at_once: if self.may_begin { self.terms.at_once } else { 0 },
        };
        match self.inbox.commit(step).await {
            Ok(committed) => {
                self.said.clear();
                self.committed(committed, all).await;
                true
            }
            Err(error) => {
                self.failed(&error, all);
                false
            }
        }
    }

    async fn committed(&mut self, committed: Committed, came: Vec<Incoming>) {
        let Committed { put, due, ended, next_due } = committed;
        for (Incoming { event, reply }, put) in came.into_iter().zip(put) {
            let taken = match put {
                Put::Taken | Put::Known => Ok(()),
                Put::Full => Err(PutError::Full),
            };
            match (reply, taken) {
                // Whoever posted it may have gone.
                (Some(reply), taken) => drop(reply.send(taken)),
                (None, Ok(())) => tracing::debug!(event = %event.id, ?put, "event from the channel taken"),
                (None, Err(reason)) => lost(&event, &reason),
            }
        }
        for due in due {
            self.under_way.push(UnderWay { sequence: due.sequence, attempt: due.attempt });
            self.deliveries.push(Box::pin(deliver(self.guest.clone(), due)));
        }
        self.next_due = next_due.map(|pause| Instant::now() + pause);
        if !ended.is_empty() {
            self.tell_what_ended(ended).await;
        }
    }

    fn failed(&mut self, error: &InboxError, came: Vec<Incoming>) {
        for Incoming { event, reply } in came {
            match reply {
                Some(reply) => drop(reply.send(Err(PutError::Failed(error.to_string())))),
                None if self.held.len() < self.terms.buffer => self.held.push(Incoming { event, reply: None }),
                None => lost(&event, &PutError::Busy),
            }
        }
        tracing::error!(%error, held = self.held.len(), "the event inbox cannot be written: it is tried again");
        self.next_due = Some(Instant::now() + DISK_PAUSE);
    }

    /// The launcher ends, and the disk does not take what came.
    fn give_up(&mut self) {
        for Incoming { event, .. } in self.held.drain(..) {
            lost(&event, &PutError::Closed);
        }
    }

    async fn counts(&mut self) -> Counts {
        self.inbox.counts().await.inspect_err(|error| tracing::warn!(%error, "the events cannot be counted")).unwrap_or_default()
    }

    async fn tell_what_waits(&mut self) {
        let Counts { pending, retried, dead } = self.counts().await;
        if pending > 0 || dead > 0 {
            tracing::info!(pending, retried, dead, "events from before");
        }
    }

    async fn tell_what_ended(&mut self, ended: Vec<Ended>) {
        let Counts { pending, retried, dead } = self.counts().await;
        for ended in ended {
            match ended {
                Ended::Again { id, after } => {
                    let after = humantime::format_duration(after).to_string();
                    let hint = (pending > retried).then(|| {
                        format!("{} more wait for their turn: `temps-wasm events drop {id}` gives this one up", pending - retried)
                    });
                    tracing::info!(event = %id, after, pending, retried, dead, hint, "the event is tried again");
                }
                Ended::Dead { id, attempts, reason } => {
                    tracing::error!(event = %id, attempts, reason, pending, retried, dead, "the event is dead: `temps-wasm events` shows it");
                }
                Ended::Forgotten { id, event_type } => {
                    tracing::error!(event = %id, event_type, dead, "a dead event made room for newer ones: it is gone");
                }
            }
        }
    }
}

/// An event that came over the channel is not kept, and nobody but the log can be told.
fn lost(event: &PluginEvent, reason: &PutError) {
    tracing::error!(event = %event.id, event_type = %event.event_type, %reason, "an event from the channel is lost");
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => pending().await,
    }
}

async fn changed(watch: &mut Option<Watch>) {
    match watch {
        Some(listening) => {
            if let Err(error) = listening.changed().await {
                tracing::warn!(%error, "an operator's changes are noticed with the next event only");
                *watch = None;
            }
        }
        None => pending().await,
    }
}

#[cfg(test)]
mod tests;
