//! Packed plugins in a terminal: `pack`, `unpack`, `verify` and `keygen`, and `dev` with what they made.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong in a test ends it, also outside of the test functions"
)]

mod inspect;
mod install;
mod keygen;
mod launcher;
mod mistakes;
mod output;
mod pack;
mod ran;
mod refused;
mod run;
mod stage;
mod terminal;
mod tools;
mod unpack;
mod verify;
