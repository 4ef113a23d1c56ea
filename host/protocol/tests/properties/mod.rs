//! What holds for whatever bytes a peer sends: nothing panics, what is taken comes back the same when it is written again, and a refusal
//! says nothing of its own invention.
//!
//! Each function here takes bytes and panics if something does not hold. The generated texts of `robustness`, the files of
//! `fuzz/corpus` and the fuzzer all go through them.

#![allow(dead_code, unused_imports, reason = "each that includes this uses what it needs")]
#![allow(clippy::unwrap_used, reason = "what tests share is a test too, though clippy does not see it")]

mod channel;
mod event;
mod handshake;
mod headers;

pub(crate) use channel::channel_frame;
pub(crate) use event::event_body;
pub(crate) use handshake::{launch_line, plugin_lines};
pub(crate) use headers::header_block;
