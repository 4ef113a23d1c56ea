//! The platform channel: a WebSocket that the host opens at `/_temps/channel`.
//!
//! ```text
//!  guest ─Platform::call─▶ Link ─queue─▶ connection ─request─▶ host
//!                           ▲   └─by id── connection ◀─response─┘
//!                           │             connection ◀─event─── ─▶ EventSink
//!                           └ Seat: which connection it is just now
//! ```
//!
//! The [`Link`] outlives connections. Queries wait in it, in order, until the channel is up and fewer than
//! [`platform_in_flight`](temps_plugin_runtime::Limits::platform_in_flight) are under way; each has
//! [`platform_call_time`](temps_plugin_runtime::Limits::platform_call_time) from being asked to being answered, wherever it is then. When
//! the connection is lost, all fail as disconnected, and so do new ones until the host opens another: nobody knows whether it will.
//!
//! A host's frame that makes no sense costs a log line. The one exception is a frame above
//! [`MAX_FRAME_BYTES`](connection::MAX_FRAME_BYTES), which ends the connection: what follows it cannot be read.

mod connection;
mod link;
mod seat;
mod upgrade;

pub(crate) use link::{Link, LinkLimits, LinkedPlatform};
pub(crate) use seat::Seat;
pub(crate) use upgrade::upgrade;

#[cfg(test)]
mod tests;
