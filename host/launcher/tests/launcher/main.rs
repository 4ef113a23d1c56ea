//! The real binary over a real socket, with real components, started as Temps starts it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

mod api;
mod channel;
mod config;
mod database;
mod deploy_watch;
mod entities;
mod events;
mod files;
mod http;
mod identity;
mod indexnow;
mod instances;
mod life;
mod mistakes;
mod notes;
mod policy;
mod start;
#[allow(dead_code, unused_imports, reason = "the rest is for the hostile guests")]
mod support;
mod ui;
