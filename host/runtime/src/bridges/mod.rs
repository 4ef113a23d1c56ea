//! What a guest may call: one module for each import. A bridge sees its own part of the store and its backend, nothing else.

mod context;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod platform;
mod requests;
pub(crate) mod sqlite;
pub(crate) mod stdio;
mod time;

use wasmtime::component::Linker;

pub(crate) use context::Context;
pub use files::{Files, FilesError};
pub(crate) use log::GuestLog;
pub use platform::{Platform, PlatformError};

use crate::instance::State;

/// Adds every bridge to what components may import.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    crate::bindings::types::add_to_linker::<State, Types>(linker, |_| Types)?;
    context::add_to_linker(linker)?;
    files::add_to_linker(linker)?;
    http::add_to_linker(linker)?;
    log::add_to_linker(linker)?;
    platform::add_to_linker(linker)?;
    requests::add_to_linker(linker)?;
    sqlite::add_to_linker(linker)?;
    time::add_to_linker(linker)
}

/// `types` declares types and no functions.
struct Types;

impl wasmtime::component::HasData for Types {
    type Data<'a> = Self;
}

impl crate::bindings::types::Host for Types {}
