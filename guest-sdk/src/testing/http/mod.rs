//! Other servers, by a script.

mod exchange;
mod script;

pub use exchange::Exchange;
pub(crate) use script::current_script;
pub use script::{HttpScript, InstalledScript, MadeRequest};
