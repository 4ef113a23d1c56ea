//! New plugins: what `temps-wasm new` makes and says, and that it works as it is.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what goes wrong in a test ends it, also outside of the test functions"
)]

mod builds;
mod program;
#[path = "../packed/ran.rs"]
mod ran;
mod stage;
