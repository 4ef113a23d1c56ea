//! What happens to the inbox at once: a step is one transaction.

use std::sync::Arc;
use std::time::Duration;

use temps_plugin_protocol::PluginEvent;

/// What is done in one transaction.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// Events that came, in order.
    pub came: Vec<Arc<PluginEvent>>,
    /// How deliveries ended.
    pub said: Vec<Said>,
    /// The deliveries that go on, by their events' sequence. No event is due while it is among them.
    pub under_way: Vec<i64>,
    /// Events that may be under way at once, with those that are. 0: none is due.
    pub at_once: usize,
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The event's sequence.
    pub sequence: i64,
    /// The delivery's number, from 1.
    pub attempt: u32,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The plugin took the event.
    Done,
    /// It did not, for this reason. The event is tried again, or dead.
    Failed(String),
    /// The launcher did not let it come to an end, or begin, for this reason. The event is tried again, and the delivery does not count.
    Interrupted(String),
}

/// What became of an event that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is in the inbox.
    Taken,
    /// An event with its id came before: nothing changed.
    Known,
    /// As many events wait as may, or their bytes: it was not taken.
    Full,
}

/// What a step came to.
#[derive(Debug, Default)]
pub struct Committed {
    /// For each event that came, what became of it.
    pub put: Vec<Put>,
    /// Deliveries that begin now.
    pub due: Vec<Due>,
    /// The events that a delivery ended for, other than well, and those whose last delivery was never heard of.
    pub ended: Vec<Ended>,
    /// When an event's pause is over, if one waits for that.
    pub next_due: Option<Duration>,
}

/// A delivery that begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The event's sequence.
    pub sequence: i64,
    /// The event.
    pub event: PluginEvent,
    /// The delivery's number, from 1.
    pub attempt: u32,
}

/// An event after a delivery that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It is tried again.
    Again {
        /// Its id.
        id: String,
        /// After this pause.
        after: Duration,
    },
    /// It is dead.
    Dead {
        /// Its id.
        id: String,
        /// Its deliveries.
        attempts: u32,
        /// Why the last one failed.
        reason: String,
    },
    /// A dead event made room for newer dead ones, and is gone.
    Forgotten {
        /// Its id.
        id: String,
        /// Its type.
        event_type: String,
    },
}

/// How many events there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// They wait, or are being delivered.
    pub pending: u64,
    /// Of these, a delivery has failed.
    pub retried: u64,
    /// Every delivery failed.
    pub dead: u64,
}
