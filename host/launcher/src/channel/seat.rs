use std::sync::Arc;

use temps_plugin_protocol::ProtocolVersion;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::link::{Current, Link, Phase};

/// A connection is open already, and this version allows one. It ends when that one is dead, which is noticed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the channel is open already")]
pub(crate) struct SeatTaken;

/// A connection's place at the [`Link`]: taken when the host asks for the channel, used once the WebSocket stands, free when dropped.
///
/// In v2 the first to take it keeps it, as in the native SDK. In v1 the last to ask for it has it, and the one before is told to end.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(super) link: Arc<Link>,
    pub(super) number: u64,
    /// Wakes whoever sends queries.
    pub(super) work: Arc<Notify>,
    pub(super) replaced: CancellationToken,
}

impl Seat {
    /// Takes a place.
    ///
    /// # Errors
    ///
    /// [`SeatTaken`], in v2 only.
    pub(crate) fn take(link: &Arc<Link>) -> Result<Self, SeatTaken> {
        let mut state = link.state();
        if link.version == ProtocolVersion::V2 && state.current.is_some() {
            return Err(SeatTaken);
        }
        state.last_seat += 1;
        let number = state.last_seat;
        state.opening.insert(number);
        let seat = Self { link: link.clone(), number, work: Arc::new(Notify::new()), replaced: CancellationToken::new() };
        if link.version == ProtocolVersion::V2 {
            state.current = Some(seat.current());
        }
        Ok(seat)
    }

    /// Says that the WebSocket stands: queries are sent on it from now on, unless the host has asked for another since, which stands already.
    pub(super) fn open(&self) {
        let mut state = self.link.state();
        state.opening.remove(&self.number);
        if state.current.as_ref().is_some_and(|current| current.seat > self.number) {
            self.replaced.cancel();
            return;
        }
        if !state.is_current(self.number)
            && let Some(before) = state.current.replace(self.current())
        {
            before.replaced.cancel();
            state.fail_in_flight();
        }
        self.link.phase.send_replace(Phase::Open);
        // For what has been waiting.
        self.work.notify_one();
    }

    fn current(&self) -> Current {
        Current { seat: self.number, work: self.work.clone(), replaced: self.replaced.clone() }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.link.state();
        state.opening.remove(&self.number);
        if state.is_current(self.number) {
            state.current = None;
            // One that never stood takes nothing with it.
            if *self.link.phase.borrow() == Phase::Open {
                self.link.phase.send_replace(Phase::Lost { since: Instant::now() });
                state.fail_in_flight();
            }
        }
        let lost = matches!(*self.link.phase.borrow(), Phase::Lost { .. });
        if lost && state.opening.is_empty() {
            state.fail_waiting();
        }
        // For what has waited for this one, which is not coming.
        state.wake_connection();
    }
}
