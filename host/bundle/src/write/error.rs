use std::io;
use std::path::PathBuf;

use crate::{BundleError, Kind};

/// Why a plugin could not be packed. What was at its place is as it was, unless it is the folder that could not be written to the disk: then the new file is there,
/// and may be gone after a loss of power.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The launcher cannot be read.
    #[error("cannot read the launcher {}: {source}", path.display())]
    Launcher {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What is given as the launcher is a plugin that was packed before.
    #[error("{} has a bundle already: give the launcher that it was made from", path.display())]
    HasBundle {
        /// Its file.
        path: PathBuf,
    },
    /// The same, and that bundle cannot be used.
    #[error("what is given as the launcher has a bundle already: give the launcher that it was made from. Besides, {0}")]
    HasBrokenBundle(#[source] BundleError),
    /// More sections than [`SECTIONS`](crate::limits::SECTIONS).
    #[error("a bundle of {found} sections, where {limit} are the most")]
    Sections {
        /// How many there are.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// More than [`SECTION_BYTES`](crate::limits::SECTION_BYTES).
    #[error("section `{kind}` has {found} bytes, where {limit} are the most")]
    SectionBytes {
        /// Its kind.
        kind: Kind,
        /// Its bytes.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// Two sections are of one kind.
    #[error("there are two sections `{kind}`: a bundle has one of a kind")]
    Twice {
        /// Their kind.
        kind: Kind,
    },
    /// A section of a kind that no reader knows, and that is not optional.
    #[error("no reader would take section `{kind}`, which none knows: make it optional")]
    Unknown {
        /// Its kind.
        kind: Kind,
    },
    /// The bytes cannot be written.
    #[error("cannot write the bundle: {0}")]
    Write(#[source] io::Error),
    /// The file cannot be made or put to its place.
    #[error("cannot {doing} {}: {source}", path.display())]
    Target {
        /// What failed, as in `cannot …`.
        doing: &'static str,
        /// The file, or its folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
