use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bytes::Bytes;

use crate::compressed::{Damage, decompress};
use crate::digest::Digest;
use crate::error::{BundleError, Fault, Part};
use crate::format::{self, Entry, MARK, RECORD_BYTES, TRAILER_BYTES, Trailer};
use crate::source::Source;
use crate::{Builder, Code, Kind, Limits, Section};

/// The bundle behind a launcher, open for reading.
///
/// What is opened is whole up to its sections: each is checked when it is asked for. Threads may share it.
#[derive(Debug)]
pub struct Bundle {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) trailer: Trailer,
    held: Vec<Held>,
    section_bytes: u64,
}

/// A section that was read, or was not yet.
#[derive(Debug)]
struct Held {
    entry: Entry,
    section: OnceLock<Section>,
}

impl Bundle {
    /// A writer of bundles.
    #[must_use]
    pub fn builder<'a>() -> Builder<'a> {
        Builder::default()
    }

    /// The bundle of the file at `path`, or `None` if it has none. Sections are copies in memory, because others may write to the file.
    ///
    /// # Errors
    ///
    /// [`BundleError`] when the file cannot be read, and for a bundle that is not whole.
    pub fn open(path: impl AsRef<Path>) -> Result<Option<Self>, BundleError> {
        Self::open_within(path, &Limits::default())
    }

    /// [`Bundle::open`] with other limits.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn open_within(path: impl AsRef<Path>, limits: &Limits) -> Result<Option<Self>, BundleError> {
        let path = path.as_ref();
        Source::open(path).and_then(|source| Self::read(path, source, limits)).map_err(BundleError::at(path))
    }

    /// The bundle of the executable that runs, or `None` if it has none.
    ///
    /// On Linux it is the file that was started, whatever has come to its place since, and sections are mapped: processes of one file share them, and the system
    /// may take their memory back at any time. Elsewhere they are copies.
    ///
    /// # Errors
    ///
    /// As of [`Bundle::open`].
    pub fn of_this_executable() -> Result<Option<Self>, BundleError> {
        Self::of_this_executable_within(&Limits::default())
    }

    /// [`Bundle::of_this_executable`] with other limits.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn of_this_executable_within(limits: &Limits) -> Result<Option<Self>, BundleError> {
        const RUNNING: &str = "/proc/self/exe";
        let path = std::env::current_exe().unwrap_or_else(|_| RUNNING.into());
        let source = if cfg!(target_os = "linux") { Source::running(Path::new(RUNNING)) } else { Source::open(&path) };
        source.and_then(|source| Self::read(&path, source, limits)).map_err(BundleError::at(&path))
    }

    /// The bundle of a file that is in memory, or `None` if it has none. In errors its path is `(memory)`.
    ///
    /// # Errors
    ///
    /// [`BundleError`] for a bundle that is not whole.
    pub fn from_bytes(file: impl Into<Bytes>) -> Result<Option<Self>, BundleError> {
        Self::from_bytes_within(file, &Limits::default())
    }

    /// [`Bundle::from_bytes`] with other limits.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn from_bytes_within(file: impl Into<Bytes>, limits: &Limits) -> Result<Option<Self>, BundleError> {
        let path = Path::new("(memory)");
        Self::read(path, Source::memory(file.into()), limits).map_err(BundleError::at(path))
    }

    fn read(path: &Path, source: Source, limits: &Limits) -> Result<Option<Self>, Fault> {
        let Some(trailer) = trailer(&source)? else {
            return match mark_without_end(&source)? {
                Some(begins) => Err(Fault::NoEnd { begins }),
                None => Ok(None),
            };
        };
        let entries = directory(&source, &trailer, limits)?;
        layout(&source, &trailer, &entries, limits)?;
        let held = entries.into_iter().map(|entry| Held { entry, section: OnceLock::new() }).collect();
        Ok(Some(Self { path: path.to_owned(), source, trailer, held, section_bytes: limits.section_bytes }))
    }

    /// The section of a kind, or `None` if there is none. It is read and its hash is checked the first time.
    ///
    /// # Errors
    ///
    /// [`BundleError`] when it was altered or cannot be read.
    pub fn section(&self, kind: Kind) -> Result<Option<Section>, BundleError> {
        let Some(held) = self.held.iter().find(|held| held.entry.kind == kind) else {
            return Ok(None);
        };
        if let Some(section) = held.section.get() {
            return Ok(Some(section.clone()));
        }
        let part = Part::Section(kind);
        let section = self
            .source
            .section(held.entry.offset, held.entry.length)
            .map_err(|source| Fault::Read { part, source })
            .and_then(|section| same(part, held.entry.digest, Digest::of(&section)).map(|()| section))
            .map_err(BundleError::at(&self.path))?;
        Ok(Some(held.section.get_or_init(|| section).clone()))
    }

    /// The component, or `None` if there is none: [`Kind::COMPONENT`], decompressed if [`Builder::component`] compressed it. Each call does that again.
    ///
    /// # Errors
    ///
    /// [`BundleError`] when it was altered or cannot be read, or is larger than a section may be.
    pub fn component(&self) -> Result<Option<Bytes>, BundleError> {
        let (kind, limit) = (Kind::COMPONENT, self.section_bytes);
        let Some(section) = self.section(kind)? else { return Ok(None) };
        let component = decompress(section, limit).map_err(|damage| match damage {
            Damage::Broken(source) => Fault::Compressed { kind, source },
            Damage::TooLong => Fault::Decompressed { kind, limit },
        });
        component.map(Some).map_err(BundleError::at(&self.path))
    }

    /// The component's code, or `None` if there is none. It is the code of the component in the bundle, as the packer said of both.
    ///
    /// # Errors
    ///
    /// [`BundleError`] when it was altered or cannot be read, or is another component's.
    pub fn code(&self) -> Result<Option<Code>, BundleError> {
        let Some(section) = self.section(Kind::CODE)? else { return Ok(None) };
        let code = Code::of(section).filter(|(_, component)| self.has_component(*component)).map(|(code, _)| code);
        code.map(Some).ok_or(Fault::OtherCode).map_err(BundleError::at(&self.path))
    }

    fn has_component(&self, digest: Digest) -> bool {
        self.held.iter().any(|held| held.entry.kind == Kind::COMPONENT && held.entry.digest == digest)
    }

    /// Whether sections are mapped, and begin where this system's pages do, so that one can be given a protection of its own. Pages of 16 or 64 KiB, as some arm64 systems
    /// have, are larger than the format's.
    #[must_use]
    pub fn maps_whole_pages(&self) -> bool {
        self.source.maps_whole_pages()
    }

    /// What the directory says of each section, in their order in the file, those of unknown kinds among them.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry> + '_ {
        self.held.iter().map(|held| held.entry)
    }

    /// Checks the hash of each section that was not read yet, and keeps none of them; and that code is that of the component.
    ///
    /// # Errors
    ///
    /// [`BundleError`] for the first that was altered or cannot be read, and for code of another component.
    pub fn check(&self) -> Result<(), BundleError> {
        self.check_code()?;
        self.held.iter().filter(|held| held.section.get().is_none()).try_for_each(|Held { entry, .. }| {
            let part = Part::Section(entry.kind);
            self.source
                .digest_of(entry.offset, entry.length)
                .map_err(|source| Fault::Read { part, source })
                .and_then(|found| same(part, entry.digest, found))
                .map_err(BundleError::at(&self.path))
        })
    }

    fn check_code(&self) -> Result<(), BundleError> {
        let Some(Held { entry, .. }) = self.held.iter().find(|held| held.entry.kind == Kind::CODE) else { return Ok(()) };
        let part = Part::Section(Kind::CODE);
        let of = entry.length.checked_sub(Digest::BYTES as u64).map(|at| self.source.array(entry.offset + at));
        let is_ours = match of.transpose().map_err(|source| Fault::Read { part, source }).map_err(BundleError::at(&self.path))? {
            Some(digest) => self.has_component(Digest(digest)),
            None => false,
        };
        if is_ours { Ok(()) } else { Err(Fault::OtherCode).map_err(BundleError::at(&self.path)) }
    }

    /// How many bytes at the file's start are the launcher, as it was before it was packed.
    #[must_use]
    pub const fn launcher_length(&self) -> u64 {
        self.trailer.launcher
    }

    /// The file that it is in.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn same(part: Part, expected: Digest, found: Digest) -> Result<(), Fault> {
    if found == expected { Ok(()) } else { Err(Fault::Altered { part, expected, found }) }
}

fn trailer(source: &Source) -> Result<Option<Trailer>, Fault> {
    let Some(at) = source.length().checked_sub(TRAILER_BYTES as u64) else {
        return Ok(None);
    };
    let bytes = source.array(at).map_err(|source| Fault::Read { part: Part::Trailer, source })?;
    Trailer::decode(&bytes)
}

/// Where a bundle begins whose end is not at the file's.
fn mark_without_end(source: &Source) -> Result<Option<u64>, Fault> {
    let long_enough = |from: u64, bytes: usize| from.checked_add(bytes as u64).is_some_and(|end| end <= source.length());
    if !long_enough(0, format::ELF_HEADER_BYTES) {
        return Ok(None);
    }
    let header = source.array(0).map_err(Fault::ReadFile)?;
    let Some(end) = format::end_of_elf(header).filter(|end| long_enough(*end, MARK.len())) else {
        return Ok(None);
    };
    let found: [u8; MARK.len()] = source.array(end).map_err(|source| Fault::Read { part: Part::Mark, source })?;
    Ok((found == MARK).then_some(end))
}

fn directory(source: &Source, trailer: &Trailer, limits: &Limits) -> Result<Vec<Entry>, Fault> {
    let (expected, found) = (trailer.file, source.length());
    if found != expected {
        return Err(Fault::Length { expected, found });
    }
    let sections = trailer.directory_bytes.div_ceil(RECORD_BYTES as u64);
    if sections > limits.sections as u64 {
        return Err(Fault::Sections { found: sections, limit: limits.sections });
    }
    let end = found.saturating_sub(TRAILER_BYTES as u64);
    let expected = end.checked_sub(trailer.directory_bytes);
    if expected != Some(trailer.directory) {
        return Err(Fault::Place { part: Part::Directory, expected: expected.unwrap_or(0), found: trailer.directory });
    }
    let part = Part::Directory;
    let bytes = source.bytes(trailer.directory, trailer.directory_bytes).map_err(|source| Fault::Read { part, source })?;
    same(part, trailer.digest, Digest::of(&bytes))?;
    format::decode(&bytes)
}

/// Checks that everything is exactly where a writer puts it, and that there is nothing in between.
fn layout(source: &Source, trailer: &Trailer, entries: &[Entry], limits: &Limits) -> Result<(), Fault> {
    let Some(mut end) = trailer.launcher.checked_add(MARK.len() as u64).filter(|end| *end <= trailer.directory) else {
        let expected = trailer.directory.saturating_sub(MARK.len() as u64);
        return Err(Fault::Place { part: Part::Mark, expected, found: trailer.launcher });
    };
    let mark: [u8; MARK.len()] = source.array(trailer.launcher).map_err(|source| Fault::Read { part: Part::Mark, source })?;
    if mark != MARK {
        return Err(Fault::Mark { at: trailer.launcher });
    }
    for Entry { kind, offset, length, .. } in entries {
        let part = Part::Section(*kind);
        let expected = format::aligned(end);
        if *offset != expected {
            return Err(Fault::Place { part, expected, found: *offset });
        }
        if *length > limits.section_bytes {
            return Err(Fault::SectionBytes { kind: *kind, found: *length, limit: limits.section_bytes });
        }
        let available = trailer.directory.saturating_sub(*offset);
        if *offset > trailer.directory || *length > available {
            return Err(Fault::Beyond { kind: *kind, found: *length, available });
        }
        let gap = source.bytes(end, offset - end).map_err(|source| Fault::Read { part, source })?;
        if gap.iter().any(|byte| *byte != 0) {
            return Err(Fault::Gap { before: part });
        }
        end = offset.saturating_add(*length);
    }
    if end != trailer.directory {
        return Err(Fault::Place { part: Part::Directory, expected: end, found: trailer.directory });
    }
    Ok(())
}
