use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Digest, Kind};

/// A piece of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The mark behind the launcher.
    Mark,
    /// A section.
    Section(Kind),
    /// The list of sections.
    Directory,
    /// The record at the end of the file.
    Trailer,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark => f.write_str("the mark at its beginning"),
            Self::Section(kind) => write!(f, "section `{kind}`"),
            Self::Directory => f.write_str("the directory"),
            Self::Trailer => f.write_str("the trailer"),
        }
    }
}

/// Why the bundle of a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the bundle in {}: {fault}", path.display())]
pub struct BundleError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub fault: Fault,
}

impl BundleError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(Fault) -> Self {
        move |fault| Self { path: path.to_owned(), fault }
    }
}

/// What is wrong with a bundle.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file cannot be opened.
    #[error("cannot open the file: {0}")]
    Open(#[source] io::Error),
    /// It is a folder, a pipe or the like.
    #[error("this is no regular file; `temps-wasm pack` makes one of a crate or a component")]
    NotAFile,
    /// A part cannot be read.
    #[error("cannot read {part}: {source}")]
    Read {
        /// The part.
        part: Part,
        /// What the system said.
        source: io::Error,
    },
    /// What is not part of the bundle cannot be read.
    #[error("cannot read the file: {0}")]
    ReadFile(#[source] io::Error),
    /// A bundle begins, and the file does not end with its trailer.
    #[error(
        "it begins at byte {begins}, and its end is missing: the file was cut off, or changed at its end; copy it again, or pack it again"
    )]
    NoEnd {
        /// Where it begins, in bytes from the file's start.
        begins: u64,
    },
    /// The file is of another length than the trailer says.
    #[error("the file has {found} bytes, and had {expected} when it was packed: copy it again, or pack it again")]
    Length {
        /// As it was packed.
        expected: u64,
        /// As it is.
        found: u64,
    },
    /// Another version of the format.
    #[error(
        "it has version {found} of the format, and this program knows {known}: use the program that it was packed for, or pack it again"
    )]
    Version {
        /// The version.
        found: u32,
        /// The one that is known here.
        known: u32,
    },
    /// A hash is not what it was.
    #[error("{part} was altered: its BLAKE3 hash is {found}, and was {expected}; copy the file again, or pack it again")]
    Altered {
        /// The part.
        part: Part,
        /// As it was packed.
        expected: Digest,
        /// As it is.
        found: Digest,
    },
    /// The bytes at the place of the mark are others.
    #[error("the mark at its beginning, at byte {at}, was altered: copy the file again, or pack it again")]
    Mark {
        /// Where, in bytes from the file's start.
        at: u64,
    },
    /// The gap before a part has something in it.
    #[error("the gap before {before} is not empty: copy the file again, or pack it again")]
    Gap {
        /// The part.
        before: Part,
    },
    /// A part is somewhere else than a writer puts it.
    #[error(
        "{part} is at byte {found}, where no writer puts it ({expected} would be right): the file is damaged, or no bundle of ours"
    )]
    Place {
        /// The part.
        part: Part,
        /// Where it has to be.
        expected: u64,
        /// Where it is said to be.
        found: u64,
    },
    /// A section is said to have more bytes than there are.
    #[error(
        "section `{kind}` is said to have {found} bytes, where there are {available}: the file is damaged, or no bundle of ours"
    )]
    Beyond {
        /// The section.
        kind: Kind,
        /// The bytes that it is said to have.
        found: u64,
        /// The bytes up to the directory.
        available: u64,
    },
    /// A record has a value that none can have.
    #[error("{part} has {what}: the file is damaged, or no bundle of ours")]
    Malformed {
        /// The part.
        part: Part,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Two sections are of one kind.
    #[error("there are two sections `{kind}`")]
    Twice {
        /// Their kind.
        kind: Kind,
    },
    /// A section that nobody may pass over is of a kind that is not known here.
    #[error("section `{kind}` is unknown here, and has to be understood: use a newer launcher")]
    Unknown {
        /// Its kind.
        kind: Kind,
    },
    /// More than [`SECTIONS`](crate::limits::SECTIONS).
    #[error("it has {found} sections, and may have {limit}")]
    Sections {
        /// How many there are.
        found: u64,
        /// The limit.
        limit: usize,
    },
    /// The code was made of another component than the one in the bundle.
    #[error("section `code` is the code of another component than the one in the bundle: pack it again")]
    OtherCode,
    /// A compressed section is not what a compressor wrote.
    #[error("section `{kind}` cannot be decompressed: {source}; pack it again")]
    Compressed {
        /// Its kind.
        kind: Kind,
        /// What is wrong with it.
        source: io::Error,
    },
    /// Decompressed, more than [`SECTION_BYTES`](crate::limits::SECTION_BYTES).
    #[error("section `{kind}` has more bytes than the {limit} that it may have when it is decompressed")]
    Decompressed {
        /// Its kind.
        kind: Kind,
        /// The limit.
        limit: u64,
    },
    /// More than [`SECTION_BYTES`](crate::limits::SECTION_BYTES), or than there is room for in memory.
    #[error("section `{kind}` has {found} bytes, and may have {limit}")]
    SectionBytes {
        /// Its kind.
        kind: Kind,
        /// Its bytes.
        found: u64,
        /// The limit.
        limit: u64,
    },
}
