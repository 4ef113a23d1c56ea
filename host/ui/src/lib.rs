//! The files of a plugin's user interface, from what a component says they are to what a browser gets.
//!
//! ```text
//!  component ── paths, read ──▶ Files ──▶ section::write ──▶ bundle ──▶ Ui::from_section ──▶ Ui::answer
//!                                 └────────────────────────────────────▶ Ui::from_files ───▶    "
//! ```
//!
//! | item | what it is about |
//! |---|---|
//! | [`Files`] | the files, within [`Limits`], with paths that are paths |
//! | [`Coding`] | how a file is compressed, and which of these a client wants |
//! | [`section`] | the files as a section of a bundle, compressed once, as well as can be |
//! | [`Ui`] | what answers requests for them |
//!
//! The crate does no I/O and knows nothing of components, bundles or sockets.

pub mod coding;
mod error;
mod files;
mod hash;
pub mod limits;
mod media;
mod path;
pub mod section;
mod site;

pub use coding::Coding;
pub use error::UiError;
pub use files::{Files, FilesBuilder, INDEX};
#[doc(inline)]
pub use limits::Limits;
pub use path::PathFault;
pub use section::SectionError;
pub use site::{CONTENT_SECURITY_POLICY, Ui};
