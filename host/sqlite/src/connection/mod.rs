//! One SQLite connection: how it is opened, what it is held to, and how statements run on it. It lives on one thread.

mod bounds;
mod open;
mod parameters;
mod quickness;
mod run;
mod script;
mod session;
mod statement;
mod watch;

pub(crate) use open::{Opener, Side};
pub(crate) use session::{Session, finished};
pub(crate) use statement::{Missed, Statement};
pub(crate) use watch::Watch;
