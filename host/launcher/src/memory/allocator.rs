//! The allocator of everything in Rust. C code, SQLite's above all, has the C library's.

use std::time::Duration;

use mimalloc::MiMalloc;
use rustix::thread::disable_transparent_huge_pages;
use tokio::time::sleep;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How often freed blocks are looked for: every 5 s. Each time takes a plugin that is idle otherwise 0.2 ms.
const LOOK: Duration = Duration::from_secs(5);

/// Has the system not give huge pages unasked, as some are set up to do: the allocator's pages lie apart, and an idle plugin would hold
/// 2 MiB for each of some few.
pub(crate) fn refuse_huge_pages() {
    if let Err(error) = disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "huge pages cannot be refused");
    }
}

/// Gives back to the system what was freed more than a second ago, from time to time, and never ends. The allocator itself does that only while it is asked for more,
/// so a plugin that has nothing to do would hold what its largest request took.
pub(crate) async fn give_back() {
    loop {
        sleep(LOOK).await;
        collect();
    }
}

#[expect(unsafe_code, reason = "a function in C")]
fn collect() {
    // SAFETY: it may be called by any thread at any time; `false` leaves alone what is in use or was freed a moment ago.
    unsafe { libmimalloc_sys::mi_collect(false) }
}
