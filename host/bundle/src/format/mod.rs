//! Version 2 of the format, byte by byte. Numbers are little-endian.
//!
//! | from | to | what |
//! |---|---|---|
//! | 0 | *L* | the launcher, as it was |
//! | *L* | *L* + 16 | the mark, `[temps-plugin]\r\n`; its line end breaks in a transfer as text |
//! | … | | zeros up to a multiple of 4096 |
//! | … | | the first section; then zeros up to a multiple of 4096, and the next one, in the directory's order |
//! | *D* | *D* + 72 *n* | the directory, right behind the last section (behind the mark, if there is none): a record for each section |
//! | *E* − 196 | *E* | the trailer, right behind the directory; *E* is the end of the file |
//!
//! A record of the directory:
//!
//! | bytes | what |
//! |---|---|
//! | 16 | the section's kind, filled up with zeros; no two are the same |
//! | 8 | where it begins in the file |
//! | 8 | its length |
//! | 8 | flags: 1 is *optional*, who does not know the kind passes over it; the others are 0 |
//! | 32 | its BLAKE3 hash |
//!
//! The trailer:
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | *L* |
//! | 8 | 8 | *D* |
//! | 16 | 8 | the directory's length |
//! | 24 | 8 | *E* |
//! | 32 | 32 | the directory's BLAKE3 hash |
//! | 64 | 4 | how it is signed: 0 not at all, 1 with Ed25519 |
//! | 68 | 16 | the key's id, or zeros |
//! | 84 | 64 | the signature, or zeros |
//! | 148 | 32 | BLAKE3 hash of the trailer up to here |
//! | 180 | 4 | the version of the format, 2 |
//! | 184 | 12 | `temps-bundle` |
//!
//! The last two stay where they are in every version.
//!
//! The signature is over `temps-plugin-bundle v2 signature`, a line end, and the BLAKE3 hash of the file from its start up to the signature: the launcher, the sections, the
//! directory, and the first 84 bytes of the trailer.
//!
//! The launcher's length and the sections decide all places: there is one file for each set of inputs, and a reader refuses any other. There are no times, names
//! of files or random bytes in it.

mod directory;
mod elf;
mod fields;
mod trailer;

pub use directory::Entry;
pub(crate) use directory::{decode, encode};
pub(crate) use elf::{HEADER_BYTES as ELF_HEADER_BYTES, end_of_elf};
pub(crate) use fields::Fields;
pub(crate) use trailer::{Signature, Trailer};

/// The version that is read and written here.
pub const VERSION: u32 = 2;

/// Where sections begin: at multiples of 4096 bytes, the page size of x86-64 and the smallest that Linux has.
pub const ALIGNMENT: u64 = 4096;

/// A record of the directory, in bytes.
pub const RECORD_BYTES: usize = 72;

/// The trailer, in bytes.
pub const TRAILER_BYTES: usize = 196;

/// The mark behind the launcher. [`MAGIC`] is no part of it, so that no file that was cut off within it ends as a whole one does.
pub const MARK: [u8; 16] = *b"[temps-plugin]\r\n";

/// The end of the file.
pub const MAGIC: [u8; 12] = *b"temps-bundle";

/// Where a section begins that comes behind what ends at `end`.
pub(crate) fn aligned(end: u64) -> u64 {
    end.checked_next_multiple_of(ALIGNMENT).unwrap_or(u64::MAX)
}
