//! The files of a user interface as a section of a bundle.
//!
//! ```text
//!  ├────────────────┬───────┬──────────────────────────────────────────┬────────────┬─ …
//!  │ length of the  │ index │ first file: as it is, then gzip, then    │ the second │
//!  │ index, u32 LE  │ JSON  │ Brotli, where that is smaller            │            │
//! ```
//!
//! The index is `{"version":1,"files":[{"path":…,"plain":{"bytes":…,"hash":…},"gzip":…,"brotli":…},…]}` in the order of the paths. The pieces follow each other without a gap
//! in the order of the index, up to the section's end, so their lengths alone say where they are. A hash is the first half of a SHA-256, in hexadecimal; it becomes the `ETag`,
//! and is not checked: whoever keeps the section checks the whole of it.
//!
//! The same files give the same bytes.

mod error;
mod index;
mod read;
mod write;

pub use error::SectionError;
pub use read::{Contents, Entry, read};
pub use write::{compressed, write};

pub(crate) use read::Stored;

/// The version of the index.
pub const VERSION: u32 = 1;

#[cfg(test)]
mod tests;
