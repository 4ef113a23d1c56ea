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
//! the connection is lost, all fail as disconnected, and so do new ones until the host asks for another, which they wait for. If it does
//! not within [`channel_grace`](temps_plugin_runtime::Limits::channel_grace), there is no host any more, and the launcher ends.
//!
//! A host's frame that makes no sense costs a log line. What the WebSocket itself cannot go on after ends the connection: a frame above
//! [`MAX_FRAME_BYTES`](connection::MAX_FRAME_BYTES) with all its fragments, text that is not UTF-8, a frame without a mask. So does a host
//! that is silent for [`channel_silence`](temps_plugin_runtime::Limits::channel_silence), though it is pinged each
//! [`channel_ping`](temps_plugin_runtime::Limits::channel_ping).
//!
//! Nothing waits without a bound:
//!
//! | what waits | how many | beyond it |
//! |---|---|---|
//! | queries for their turn | [`platform_queue`](temps_plugin_runtime::Limits::platform_queue) | a query fails at once as overloaded |
//! | queries for their answer | [`platform_in_flight`](temps_plugin_runtime::Limits::platform_in_flight) | the next waits for its turn |
//! | frames to be written | one, and 128 KiB of small ones before it | the next query waits for its turn, and in time runs out of it |
//! | pings to be written | one | it stays one |
//! | answers to the host's pings | [`MAX_PONGS`](keep_alive::MAX_PONGS) | nothing is read until they are written, which counts as silence |
//! | frames that were read | one, and the WebSocket's buffer of 128 KiB | the next is not read until the inbox has taken or refused the event in it |
//! | a message in fragments | one, of [`MAX_FRAME_BYTES`](connection::MAX_FRAME_BYTES) | the connection ends |
//! | connections that end | each for [`CLOSE_TIME`](connection::CLOSE_TIME) | it is cut off |

mod connection;
mod keep_alive;
mod link;
mod seat;
mod upgrade;

pub(crate) use link::{Link, LinkLimits, LinkedPlatform};
pub(crate) use seat::Seat;
pub(crate) use upgrade::upgrade;

#[cfg(test)]
mod tests;
