//! What was acknowledged is kept: over a kill at any moment, and over a disk that fills up.
//!
//! In full, with 1,000 kills under writes and 1,000 under events, in some ten minutes:
//!
//! ```sh
//! DURABILITY_KILLS=1000 cargo test -p temps-launcher --test durability -- --nocapture
//! ```

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

/// How often a test kills the launcher: as often as the variable `DURABILITY_KILLS` says, or else `default`.
fn kills<T: std::str::FromStr>(default: T) -> T {
    std::env::var("DURABILITY_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(default)
}
