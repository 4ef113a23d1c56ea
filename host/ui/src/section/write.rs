use std::io;

use bytes::Bytes;

use super::index::{Index, Piece, Record};
use super::{SectionError, VERSION, read};
use crate::coding::best;
use crate::hash::hash;
use crate::media::Media;
use crate::{Coding, Files, Limits};

/// The section for some files, as they are: see [`compressed`].
///
/// # Errors
///
/// What serde says, and an index of more than 4 GiB: nothing that [`Files`] may hold brings that about.
pub fn write(files: &Files) -> io::Result<Vec<u8>> {
    written(files.iter(), |_, _| None)
}

/// A section with the same files, and beside them their compressed forms, as small as can be, where that is worth while. It takes seconds for megabytes.
///
/// # Errors
///
/// [`SectionError`] for what is no section, or does not fit the limits.
pub fn compressed(section: &Bytes, limits: Limits) -> Result<Vec<u8>, SectionError> {
    let contents = read(section, limits)?;
    let files = contents.files.iter().map(|file| (file.path.as_str(), &file.plain.bytes));
    Ok(written(files, best).map_err(serde_json::Error::io)?)
}

fn written<'a>(
    files: impl Iterator<Item = (&'a str, &'a Bytes)>,
    compress: impl Fn(&[u8], Coding) -> Option<Vec<u8>>,
) -> io::Result<Vec<u8>> {
    let mut pieces = Vec::new();
    let mut records = Vec::new();
    for (path, bytes) in files {
        let compressible = Media::of(path).compressible;
        let plain = add(&mut pieces, bytes);
        let mut smaller = |coding| {
            let compressed = compressible.then(|| compress(bytes, coding)).flatten();
            compressed.map(|compressed| add(&mut pieces, &compressed))
        };
        let (gzip, brotli) = (smaller(Coding::Gzip), smaller(Coding::Brotli));
        records.push(Record { path: path.to_owned(), plain, gzip, brotli });
    }
    let index = serde_json::to_vec(&Index { version: VERSION, files: records })?;
    let length = u32::try_from(index.len()).map_err(io::Error::other)?;
    Ok([&length.to_le_bytes(), &*index, &*pieces].concat())
}

fn add(pieces: &mut Vec<u8>, bytes: &[u8]) -> Piece {
    pieces.extend_from_slice(bytes);
    Piece { bytes: bytes.len() as u64, hash: hash(bytes) }
}
