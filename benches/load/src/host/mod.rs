//! The part of Temps: starting a plugin, and the other end of its channel.

mod channel;
mod process;

use channel::Channel;

pub use channel::PROJECT;
pub use process::{Process, Times};
