//! The launcher's end of the two pipes on which the handshake runs.
//!
//! ```text
//!  host ◀─stdout─ line 1      HostOutput::send
//!       ──stdin─▶ launch line LaunchInput::line   (v2 only)
//!       ◀─stdout─ line 2      HostOutput::send
//! ```
//!
//! What the lines say is in `temps_plugin_protocol::handshake`. Here they only travel, each within
//! [`Limits::handshake_time`](temps_plugin_runtime::Limits::handshake_time): a host that gives a start up leaves the process running, so
//! a handshake that does not go on has to end by itself.

mod error;
mod input;
mod output;

pub(crate) use error::HandshakeFailure;
pub(crate) use input::launch_line;
pub(crate) use output::HostOutput;
