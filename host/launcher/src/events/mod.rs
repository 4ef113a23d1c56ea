//! Platform events on their way to the guest.
//!
//! ```text
//!  channel frame ─┐
//!                 ├─▶ Intake ─▶ Inbox ─▶ deliver_in_order ─▶ guest
//!  POST /_events ─┘  (is it    (keeps     (one at a time, each
//!                  subscribed?) order)     with its time limit)
//! ```
//!
//! An event is taken once [`Inbox::put`] has returned `Ok`. With [`MemoryInbox`] that promises no more than the process's life: an event
//! that the guest refuses, or that is still waiting when the process ends, is lost, and a line in the log says so. An inbox that keeps
//! events on disk and gives them out again takes its place behind the same trait, and nothing else here changes.

mod delivery;
mod inbox;
mod intake;
mod memory;

pub(crate) use delivery::{Deliver, deliver_in_order};
pub(crate) use inbox::{Delivery, Inbox, Outcome, PutError};
pub(crate) use intake::{EventSink, Intake, Refusal};
pub(crate) use memory::MemoryInbox;

#[cfg(test)]
pub(crate) use intake::tests::event;
