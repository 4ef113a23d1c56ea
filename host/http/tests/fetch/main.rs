//! Fetches from servers on loopback, which play the outside.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

mod bounds;
mod compressed;
mod exchange;
mod redirects;
mod refused;
mod support;
mod tls;
