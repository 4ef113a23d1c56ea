//! The threads that connections live on, and whose turn it is.
//!
//! ```text
//!  statement ─▶ admission (count and bytes) ─▶ turn: one writer, some readers ─▶ lease ─▶ worker's thread ─▶ answer
//! ```
//!
//! Turns are taken in order. A statement's future that is dropped gives its turn up, or interrupts its statement.

mod admission;
mod lease;
mod lost;
mod stack;
mod turns;
mod worker;

pub(crate) use admission::Admission;
pub(crate) use lease::Lease;
pub(crate) use lost::Told;
pub(crate) use turns::Turns;
pub(crate) use worker::{Alive, OpenTransaction, Worker, next_number};
