//! A plugin as one executable: the launcher, with a bundle of all that it runs appended.
//!
//! ```text
//!  0                                                                                                     end
//!  ├──────────┬──────┬─────┬───────────┬─────┬──────┬─────┬─ … ─┬───────────┬─────────────────────────────┤
//!  │ launcher │ mark │  0  │ component │  0  │ code │  0  │     │ directory │ trailer: where, hashes,     │
//!  │          │      │     │           │     │      │     │     │           │ signature, version, "magic" │
//!  └──────────┴──────┴─────┴───────────┴─────┴──────┴─────┴─ … ─┴───────────┴─────────────────────────────┘
//!                          ▲ each section begins at a multiple of 4096, so that it can be mapped
//! ```
//!
//! | item | what it is about |
//! |---|---|
//! | [`Bundle`] | the reader: finds the bundle of a file, or of the running executable, and gives its sections |
//! | [`Builder`] | the writer |
//! | [`Kind`] | what a section holds |
//! | [`KeyPair`], [`PublicKey`] | who packed it |
//! | [`limits`] | how much of it there may be |
//! | [`mod@format`] | each byte of it |
//!
//! ```
//! use temps_plugin_bundle::{Bundle, KeyPair, Kind};
//!
//! # let folder = tempfile::tempdir()?;
//! # let (launcher, plugin) = (folder.path().join("temps-launcher"), folder.path().join("greeter"));
//! # std::fs::write(&launcher, "launcher")?;
//! let key = KeyPair::generate()?;
//! Bundle::builder().section(Kind::MANIFEST, b"{}").signed_with(&key).write(&launcher, &plugin)?;
//!
//! let bundle = Bundle::open(&plugin)?.ok_or("a plain launcher")?;
//! bundle.verify(&[key.public()])?;
//! assert_eq!(bundle.section(Kind::MANIFEST)?.as_deref(), Some(&b"{}"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is checked, and when
//!
//! [`Bundle::open`] reads the trailer, the directory and the gaps, some kilobytes, and refuses what is not exactly as a writer makes it. A section is read when it is
//! asked for, and its hash is checked then, once. So every byte behind the launcher is covered: [`Bundle::check`] looks at all of them. The launcher's own bytes are
//! covered by a signature, and by nothing else.
//!
//! Hashes tell damage, not intent: who can write to the file can make them anew. [`Bundle::verify`] tells who packed it. A signature can be taken off, so whoever
//! wants one has to ask for it.
//!
//! # What cannot be told
//!
//! What is appended to an executable is no part of it for tools that rewrite executables: `strip` and `objcopy` leave it out, and then nothing says that it was there. [`Bundle::open`]
//! answers `None`, as for a launcher that never had one. A file that was cut off, or that something was appended to, is told from it by the mark behind the
//! launcher, as long as that is an ELF file whose section headers are at its end, where linkers and `strip` put them.

mod bundle;
mod code;
mod compressed;
mod digest;
mod error;
pub mod format;
mod key;
mod kind;
pub mod limits;
mod section;
mod signature;
mod source;
mod write;

pub use bundle::Bundle;
pub use code::Code;
pub use digest::Digest;
pub use error::{BundleError, Fault, Part};
#[doc(inline)]
pub use format::Entry;
pub use key::{KEY_FILE_BYTES, KeyError, KeyId, KeyPair, PublicKey, TextFault};
pub use kind::{Kind, KindError};
#[doc(inline)]
pub use limits::Limits;
pub use section::Section;
pub use signature::VerifyError;
pub use write::{Builder, WriteError};
