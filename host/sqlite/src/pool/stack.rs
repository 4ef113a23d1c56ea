//! The stack of a connection's thread.
//!
//! SQLite writes a JSONB value as text in as many nested calls as the value has levels, and does not count them. A blob that somebody made
//! for it would end the process.

use std::ffi::c_void;
use std::ptr::from_ref;

use rustix::mm::{Advice, madvise};

/// The addresses of a stack: 256 MiB. The deepest value has 8 MiB, at 5 bytes a level, and a call takes some hundred bytes. Memory is what is
/// used of it.
pub(super) const BYTES: usize = 256 << 20;

/// What is left alone at both ends of the unused part: 1 MiB, for the thread's own data above and a signal's below.
const MARGIN: usize = 1 << 20;

const PAGE: usize = 4096;

/// The stack of the thread that made it.
#[derive(Debug)]
pub(super) struct Stack {
    top: usize,
}

impl Stack {
    /// Of the thread that calls it, in its first function, which has [`BYTES`] of stack.
    pub(super) fn of_this_thread() -> Self {
        let here = 0_u8;
        Self { top: from_ref(&here).addr() }
    }

    /// Gives the memory back that deeper calls have used.
    #[expect(unsafe_code, reason = "the system is told which memory is not used")]
    pub(super) fn trim(&self) {
        let here = 0_u8;
        let end = from_ref(&here).addr().saturating_sub(MARGIN) & !(PAGE - 1);
        let begin = (self.top.saturating_sub(BYTES) + MARGIN).next_multiple_of(PAGE);
        let Some(bytes) = end.checked_sub(begin) else { return };
        // SAFETY: it is this thread's own stack, well below all that it uses at the moment and above the stack's end.
        let trimmed = unsafe { madvise(std::ptr::with_exposed_provenance_mut::<c_void>(begin), bytes, Advice::LinuxDontNeed) };
        // Then it stays in use until the thread ends.
        let _ = trimmed;
    }
}
