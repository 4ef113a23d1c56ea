//! The host's side of the real binary: starting it as Temps does, its channel, and requests on its socket.

mod channel;
mod code;
mod health;
mod http;
mod pack;
mod process;
mod user;

pub(crate) use channel::Channel;
pub(crate) use health::Health;
pub(crate) use http::{Answer, Client};
pub(crate) use pack::{Pack, binary};
pub(crate) use process::{Launcher, SECRET, Start};
pub(crate) use user::User;
