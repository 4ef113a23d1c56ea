use std::io;
use std::sync::Arc;

use temps_plugin_runtime::InitError;

/// Why an instance beyond the first did not come up.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum InstanceError {
    /// The guest's initialisation.
    #[error("instance {number}: {source}")]
    Init {
        /// Which instance, from 2.
        number: u32,
        /// What became of it.
        source: InitError,
    },
    /// There is no thread for it, or no runtime on that.
    #[error("cannot start the thread of instance {number}: {source}; the limit `instances` says how many there are")]
    Thread {
        /// Which instance, from 2.
        number: u32,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// Its thread has ended, most likely by a panic, which the log tells.
    #[error("the thread of instance {number} has ended: its panic is in the log")]
    Ended {
        /// Which instance, from 2.
        number: u32,
    },
}
