//! The protocol: which engines there are, what a key is, what is sent, and what an answer means.

mod backoff;
mod engine;
mod key;
mod send;

pub(crate) use backoff::{MOST_TRIES, pause};
pub(crate) use engine::Engine;
pub(crate) use key::{check as check_key, generate as generate_key, location as key_location};
pub(crate) use send::{Outcome, Request, send};

/// URLs of one request, as the protocol has it.
pub(crate) const MOST_URLS: u32 = 10_000;
