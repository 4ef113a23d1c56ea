//! Bundles in memory and on disk.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what tests share is a test too, though clippy does not see it"
)]

#[path = "../properties/mod.rs"]
mod properties;

mod corruption;
mod executable;
mod keys;
mod limits;
mod processes;
mod reading;
mod signature;
mod writing;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use temps_plugin_bundle::{Builder, Bundle, Kind};

/// A launcher as far as this crate looks at one: an ELF header that says where the file ends.
fn elf(length: usize) -> Bytes {
    let mut file = vec![7; length];
    file[..64].fill(0);
    file[..6].copy_from_slice(b"\x7fELF\x02\x01");
    properties::set(&mut file, 40, length as u64);
    file.into()
}

/// Three sections, one of which an older reader would not know, with a gap before each.
fn small<'a>() -> Builder<'a> {
    let later = "later".parse::<Kind>().unwrap();
    Bundle::builder()
        .section(Kind::COMPONENT, b"component".as_slice())
        .section(Kind::MANIFEST, b"".as_slice())
        .optional_section(later, vec![1; 5000])
}

/// What is made of a launcher.
fn packed(builder: &Builder<'_>, launcher: &Bytes) -> Vec<u8> {
    let mut file = Vec::new();
    builder.append_to(launcher, &mut file).unwrap();
    file
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Keeps others from making executables or processes. A process that begins while a file is open for writing has it open too for a moment, and a file that somebody
/// has open for writing cannot be run.
fn alone() -> MutexGuard<'static, ()> {
    static PROCESSES: Mutex<()> = Mutex::new(());
    PROCESSES.lock().unwrap_or_else(PoisonError::into_inner)
}
