use std::io;

use super::VERSION;
use super::index::{Index, Piece, Record};
use crate::coding::{Effort, compress};
use crate::hash::hash;
use crate::media::Media;
use crate::{Coding, Files};

/// The section for some files. What may be worth compressing is compressed as well as can be, which takes seconds for megabytes.
///
/// # Errors
///
/// What serde says, and an index of more than 4 GiB: nothing that [`Files`] may hold brings that about.
pub fn write(files: &Files) -> io::Result<Vec<u8>> {
    let mut pieces = Vec::new();
    let mut records = Vec::new();
    for (path, bytes) in files.iter() {
        let compressible = Media::of(path).compressible;
        let plain = add(&mut pieces, bytes);
        let mut smaller = |coding| {
            let compressed = compressible.then(|| compress(bytes, coding, Effort::Best)).flatten();
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
