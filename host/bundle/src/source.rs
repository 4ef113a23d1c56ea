use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::Path;

use bytes::Bytes;
use memmap2::{Mmap, MmapOptions};
use rustix::param::page_size;

use crate::digest::{Digest, Digester};
use crate::format::ALIGNMENT;
use crate::{Fault, Section};

/// How much of a file is hashed at once.
const PIECE: usize = 64 << 10;

/// Where a bundle's bytes come from.
#[derive(Debug)]
pub(crate) struct Source {
    origin: Origin,
    length: u64,
}

#[derive(Debug)]
enum Origin {
    /// Sections are copies: whoever may write to the file may do it at any time.
    File(File),
    /// Sections are mapped.
    Running(File),
    Memory(Bytes),
}

impl Source {
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        // Before it is opened, which takes for ever with a pipe.
        if !std::fs::metadata(path).map_err(Fault::Open)?.is_file() {
            return Err(Fault::NotAFile);
        }
        let file = File::open(path).map_err(Fault::Open)?;
        let length = file.metadata().map_err(Fault::Open)?.len();
        Ok(Self { origin: Origin::File(file), length })
    }

    /// `path` has to lead to the file that this process runs, as Linux's `/proc/self/exe` does.
    pub(crate) fn running(path: &Path) -> Result<Self, Fault> {
        let file = File::open(path).map_err(Fault::Open)?;
        let length = file.metadata().map_err(Fault::Open)?.len();
        Ok(Self { origin: Origin::Running(file), length })
    }

    pub(crate) fn memory(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        Self { origin: Origin::Memory(bytes), length }
    }

    /// Its length when it was opened.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn fill(&self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        match &self.origin {
            Origin::File(file) | Origin::Running(file) => file.read_exact_at(buffer, at),
            Origin::Memory(bytes) => {
                let found = slice(bytes, at, buffer.len())?;
                buffer.copy_from_slice(&found);
                Ok(())
            }
        }
    }

    pub(crate) fn array<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, at)?;
        Ok(bytes)
    }

    /// A copy of `length` bytes, or those themselves when they are in memory.
    pub(crate) fn bytes(&self, at: u64, length: u64) -> io::Result<Bytes> {
        let length = usize::try_from(length).map_err(|_| ErrorKind::OutOfMemory)?;
        if let Origin::Memory(bytes) = &self.origin {
            return slice(bytes, at, length);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length).map_err(|_| ErrorKind::OutOfMemory)?;
        bytes.resize(length, 0);
        self.fill(&mut bytes, at)?;
        Ok(bytes.into())
    }

    /// The bytes of a section, in the way that fits where they come from.
    pub(crate) fn section(&self, at: u64, length: u64) -> io::Result<Section> {
        match &self.origin {
            Origin::Running(file) if length > 0 => map(file, at, length).map(Section::mapped),
            Origin::File(_) | Origin::Running(_) | Origin::Memory(_) => self.bytes(at, length).map(Section::held),
        }
    }

    /// Whether sections are mapped, and begin where this system's pages do.
    pub(crate) fn maps_whole_pages(&self) -> bool {
        matches!(self.origin, Origin::Running(_)) && ALIGNMENT.is_multiple_of(page_size() as u64)
    }

    /// Adds what is between two places to a digest, without holding more than a piece of it.
    pub(crate) fn digest(&self, digester: &mut Digester, from: u64, to: u64) -> io::Result<()> {
        let mut buffer = vec![0; PIECE];
        let mut at = from;
        while at < to {
            let piece = usize::try_from(to - at).unwrap_or(PIECE).min(PIECE);
            let piece = buffer.get_mut(..piece).unwrap_or_default();
            self.fill(piece, at)?;
            digester.add(piece);
            at = at.saturating_add(piece.len() as u64);
        }
        Ok(())
    }

    /// The digest of `length` bytes.
    pub(crate) fn digest_of(&self, at: u64, length: u64) -> io::Result<Digest> {
        let mut digester = Digester::default();
        self.digest(&mut digester, at, at.saturating_add(length))?;
        Ok(digester.finish())
    }
}

fn slice(bytes: &Bytes, at: u64, length: usize) -> io::Result<Bytes> {
    let at = usize::try_from(at).map_err(|_| ErrorKind::UnexpectedEof)?;
    let end = at.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(ErrorKind::UnexpectedEof)?;
    Ok(bytes.slice(at..end))
}

#[expect(unsafe_code, reason = "mapping a file is unsafe, because others can change it")]
fn map(executable: &File, at: u64, length: u64) -> io::Result<Mmap> {
    let length = usize::try_from(length).map_err(|_| ErrorKind::OutOfMemory)?;
    // SAFETY: the bytes must not change, and the file must not become shorter, as long as the map is there. The file is the one that this process runs: Linux
    // refuses to open it for writing and to cut it (ETXTBSY) until the process ends, and a file that comes to its place is another one. A kernel without this, or a
    // network file system that another machine writes to, breaks it, and with it the process's own code, which is mapped from the same file.
    unsafe { MmapOptions::new().offset(at).len(length).map_copy_read_only(executable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_an_error_and_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"abc").unwrap();
        for source in [Source::memory(Bytes::from_static(b"abc")), Source::open(&path).unwrap()] {
            assert_eq!(source.bytes(1, 2).unwrap(), "bc");
            assert_eq!(source.bytes(3, 0).unwrap(), "");
            for (at, length) in [(1, 3), (3, 1), (4, 1), (1 << 40, 1)] {
                assert_eq!(source.bytes(at, length).unwrap_err().kind(), ErrorKind::UnexpectedEof, "{at}, {length}");
                assert_eq!(source.digest_of(at, length).unwrap_err().kind(), ErrorKind::UnexpectedEof, "{at}, {length}");
            }
            assert!(source.bytes(0, u64::MAX).is_err());
        }
    }

    #[test]
    fn a_digest_takes_more_than_one_piece() {
        let bytes = Bytes::from(vec![5; 2 * PIECE + 1]);
        let source = Source::memory(bytes.clone());
        assert_eq!(source.digest_of(0, bytes.len() as u64).unwrap(), Digest::of(&bytes));
        assert_eq!(source.digest_of(1, PIECE as u64).unwrap(), Digest::of(&bytes[1..=PIECE]));
    }
}
