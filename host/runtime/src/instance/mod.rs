//! The one long-lived instance, what bounds it, and the supervisor that starts the next one.
//!
//! ```text
//!  supervisor ──▶ store + instance ──▶ serve: init, then jobs at once ──▶ calls into the guest
//!      ▲               │ epoch callback: cpu     ▲ jobs from `Plugin`
//!      │               │ limiter: memory
//!      └── failure ◀───┘ watch (outside the store): held, stuck, init's time
//! ```

mod calls;
mod cpu;
mod failure;
mod fault;
mod hint;
mod job;
mod memory;
mod pending;
mod serve;
mod state;
mod supervisor;
mod watch;

pub(crate) use calls::{AtWork, CallProgress, Calls};
pub use failure::{Failure, Trapped};
pub(crate) use job::{EventJob, Job, RequestJob};
pub(crate) use pending::{CallError, Outcome};
pub use state::Setup;
pub(crate) use state::{State, new_store};
pub(crate) use supervisor::{Phase, Shared, supervise};
