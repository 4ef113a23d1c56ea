//! Platform events on their way to the guest.
//!
//! ```text
//!  channel frame ─offer─┐
//!                       ├─▶ Intake ─▶ keeper ─▶ inbox on disk ─▶ keeper ─▶ guest
//!  POST /_events ─take──┘  (is it    (writes    (in order,      (one at a time;
//!                        subscribed?) together)  each id once)   what fails comes again)
//! ```
//!
//! An event is taken once it is on disk: a post is answered then. The channel knows no answer, so what comes over it is queued for the keeper
//! without waiting. Whatever is on disk is delivered until the guest has taken it or an operator has to look at it, over any number of
//! restarts, however they come about.
//!
//! | what waits | how many | beyond it |
//! |---|---|---|
//! | events that are not on disk yet | [`event_buffer`](temps_plugin_runtime::Limits::event_buffer) | a posted one is refused; one of the channel is lost, and the log names it |
//! | events on disk | [`event_queue`](temps_plugin_runtime::Limits::event_queue), [`event_bytes`](temps_plugin_runtime::Limits::event_bytes) | the same |
//!
//! A disk that cannot be written refuses posts, and keeps what came over the channel in memory for as long as the process lives.

mod delivery;
mod intake;
mod keeper;

pub(crate) use delivery::{Deliver, Undelivered};
pub(crate) use intake::{EventSink, Incoming, Intake, PutError, Refusal};
pub(crate) use keeper::{Keeper, Terms};

#[cfg(test)]
pub(crate) use intake::tests::event;
