//! The async runtime of a thread that serves clients and runs an instance of the guest.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// How long a runtime's threads have to end: 200 ms. What may still block then is a compilation, or a read of stdin that nobody waits for.
pub(crate) const RUNTIME_END: Duration = Duration::from_millis(200);

/// A runtime for the current thread alone. Handing a request from one thread to another costs more than the guest takes for it. A guest that
/// computes gives the thread back every few milliseconds, and whatever blocks does so on threads of its own.
///
/// # Errors
///
/// What the system says.
pub(crate) fn new() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
