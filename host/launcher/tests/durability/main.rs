//! What was acknowledged is kept: over a kill at any moment, and over a disk that fills up.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

#[allow(dead_code, unused_imports, reason = "the rest is for the other tests")]
#[path = "../launcher/support/mod.rs"]
mod support;

mod disk_full;
mod events;
mod kill;
