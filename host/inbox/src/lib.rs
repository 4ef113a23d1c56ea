//! A plugin's inbox: events on their way to it, kept on disk until it has taken them.
//!
//! ```text
//!                 ┌───────────── .launcher/inbox.db ─────────────┐
//!  launcher ─put─▶│ pending ─▶ done        (kept for a while, so │
//!           ◀─due─│    │  ▲                 that a second one    │
//!           ─said▶│    ▼  │ retry           with its id is known)│
//!                 │  dead ┴─▶ dropped                            │
//!                 └───────────▲──────────────────────────────────┘
//!  operator ──list, show, retry, drop
//! ```
//!
//! | module | what it is about |
//! |---|---|
//! | [`event`] | what is kept of an event |
//! | [`settings`] | how many events, how often and with which pauses they are tried |
//! | [`Inbox`] | the launcher's side: one [`Step`] is one transaction, on disk when it returns |
//! | [`Operator`] | the other side: what an operator sees and does, beside a running launcher or without one |
//! | [`Changes`] | tells a running launcher that an operator changed something |
//!
//! The file is SQLite's, in write-ahead mode with `synchronous=FULL`. One launcher uses it at a time; who else opens it only reads, or changes
//! single rows.

mod backoff;
mod changes;
mod connection;
mod error;
pub mod event;
mod inbox;
mod operator;
mod schema;
pub mod settings;
mod step;
mod worker;

pub use changes::{Changes, Watch, WatchError};
pub use error::InboxError;
pub use inbox::{ERROR_BYTES, Inbox, MEMORY_TIME};
pub use operator::{NotChanged, Operator};
#[doc(inline)]
pub use settings::Settings;
pub use step::{Committed, Counts, Due, Ended, Outcome, Put, Said, Step};

use std::path::{Path, PathBuf};

/// The inbox's file in a plugin's data directory.
#[must_use]
pub fn path_in(data_dir: &Path) -> PathBuf {
    data_dir.join(".launcher").join("inbox.db")
}
