//! The Unix socket on which the host reaches the plugin, and the streams that come from it.

mod bind;
mod client;
mod error;

pub(crate) use bind::{SocketFile, bind, check_length};
pub(crate) use client::{ClientStream, gone};
pub(crate) use error::SocketError;
