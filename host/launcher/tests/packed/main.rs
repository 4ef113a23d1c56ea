//! Plugins that are one executable: the real binary with a bundle behind it, started as Temps starts it.

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

mod code;
mod config;
mod damage;
mod prepare;
mod start;
mod trust;

use support::{Launcher, Start};

/// Nothing is announced of a plugin whose file is not whole.
async fn fails_before_line_1(start: Start, code: i32, said: &[&str]) {
    let mut launcher = start.spawn();
    launcher.fails(code, said).await;
    assert!(!launcher.folder().join("data").exists(), "nothing is created for a plugin that cannot be");
}

/// The host has read line 1 when it ends.
async fn fails_after_line_1(start: Start, code: i32, said: &[&str]) {
    let mut launcher = start.spawn();
    launcher.manifest().await;
    launcher.fails(code, said).await;
    assert!(!launcher.socket().exists(), "the socket is left");
}

/// Whether the launcher compiled something.
fn compiled(launcher: &Launcher) -> bool {
    launcher.log().iter().any(|line| line.contains("compiled code is kept for the next start"))
}
