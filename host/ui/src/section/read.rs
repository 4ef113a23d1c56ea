use bytes::Bytes;

use super::index::{Index, Piece};
use super::{SectionError, VERSION};
use crate::hash::is_hash;
use crate::{Coding, FilesBuilder, Limits};

/// The files in a section.
#[derive(Debug)]
pub struct Contents {
    pub(crate) files: Vec<Stored>,
}

/// A file in a section, with its forms. Their bytes are the section's own.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) path: String,
    pub(crate) plain: Form,
    pub(crate) gzip: Option<Form>,
    pub(crate) brotli: Option<Form>,
}

/// One form of a file.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) bytes: Bytes,
    pub(crate) hash: String,
}

/// What a section says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its bytes, uncompressed.
    pub bytes: usize,
    /// Its bytes with gzip, if that is smaller.
    pub gzip: Option<usize>,
    /// Its bytes with Brotli, if that is smaller.
    pub brotli: Option<usize>,
}

impl Contents {
    /// Each file, in the order of the paths.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> {
        let bytes = |form: &Option<Form>| form.as_ref().map(|form| form.bytes.len());
        self.files.iter().map(move |file| Entry {
            path: &file.path,
            bytes: file.plain.bytes.len(),
            gzip: bytes(&file.gzip),
            brotli: bytes(&file.brotli),
        })
    }
}

/// Reads a section, without copying what is in it.
///
/// # Errors
///
/// [`SectionError`] for what is none, or does not fit the limits.
pub fn read(section: &Bytes, limits: Limits) -> Result<Contents, SectionError> {
    let (length, rest) = section.split_first_chunk::<4>().ok_or(SectionError::Cut)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| SectionError::Cut)?;
    let index = rest.get(..length).ok_or(SectionError::Cut)?;
    let index: Index = serde_json::from_slice(index)?;
    if index.version != VERSION {
        return Err(SectionError::Version { found: index.version });
    }
    let pieces = section.slice_ref(rest.get(length..).unwrap_or_default());
    let expected = index
        .files
        .iter()
        .flat_map(|record| record.pieces().map(|(_, piece)| piece.bytes))
        .try_fold(0_u64, u64::checked_add)
        .unwrap_or(u64::MAX);
    if expected != pieces.len() as u64 {
        return Err(SectionError::Length { expected, found: pieces.len() as u64 });
    }

    // The same checks as of what a component gives.
    let paths: Vec<String> = index.files.iter().map(|record| record.path.clone()).collect();
    let mut checked = FilesBuilder::new(&paths, limits)?;
    let mut pieces = Pieces { bytes: pieces };
    let mut files = Vec::with_capacity(index.files.len());
    for record in index.files {
        let path = record.path.clone();
        if record.pieces().any(|(_, piece)| !is_hash(&piece.hash)) {
            return Err(SectionError::Hash { path });
        }
        let plain = pieces.next(record.plain);
        checked.add(&path, Some(plain.bytes.clone()))?;
        let gzip = record.gzip.map(|piece| pieces.next(piece));
        let brotli = record.brotli.map(|piece| pieces.next(piece));
        files.push(Stored { path, plain, gzip, brotli });
    }
    checked.finish()?;
    Ok(Contents { files })
}

/// What is left of the pieces. That their lengths are those of the index was checked.
struct Pieces {
    bytes: Bytes,
}

impl Pieces {
    fn next(&mut self, piece: Piece) -> Form {
        let length = usize::try_from(piece.bytes).unwrap_or(usize::MAX).min(self.bytes.len());
        Form { bytes: self.bytes.split_to(length), hash: piece.hash }
    }
}

impl Stored {
    /// Its form with a coding.
    pub(crate) fn take(&mut self, coding: Coding) -> Option<Form> {
        match coding {
            Coding::Brotli => self.brotli.take(),
            Coding::Gzip => self.gzip.take(),
            Coding::Identity => None,
        }
    }
}
