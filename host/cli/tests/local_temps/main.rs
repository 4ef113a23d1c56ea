//! The local Temps against a plugin that does what a script says (`examples/fake_plugin`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "what goes wrong in a test ends it, also outside of the test functions")]

mod api;
mod channel;
mod events;
mod handshake;
mod identity;
mod life;
mod program;
mod proxy;
mod stage;
mod stream;
mod watching;
