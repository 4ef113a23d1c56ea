//! A section that is read in full or not at all, and seldom: it is compressed with Brotli (RFC 7932), if that makes it smaller.

use std::io::{self, Read};

use brotli::enc::BrotliEncoderParams;
use brotli_decompressor::Decompressor;
use bytes::Bytes;

use crate::Section;

/// What stands before a Brotli stream, which has no mark of its own. A component begins with `\0asm`.
const MAGIC: [u8; 4] = *b"\0br1";

/// The effort of Brotli: a megabyte takes a fifth of a second. The largest takes 20 times as long, for a tenth less.
const QUALITY: i32 = 9;

/// The window of Brotli, as a power of two: 4 MiB. It is more than most components have.
const WINDOW: i32 = 22;

/// Bytes that are decompressed at a time.
const PIECE: usize = 32 * 1024;

/// `bytes` as they are kept. The same bytes give the same.
///
/// A launcher does not call it: Brotli's encoder would be a megabyte more of each plugin's file.
pub(crate) fn compress(bytes: Vec<u8>) -> Vec<u8> {
    let parameters =
        BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    let mut compressed = MAGIC.to_vec();
    match brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters) {
        Ok(_) if compressed.len() < bytes.len() => compressed,
        // Writing to memory does not fail.
        Ok(_) | Err(_) => bytes,
    }
}

/// What was compressed, of which there may be as many bytes as `limit` says.
pub(crate) fn decompress(section: Section, limit: u64) -> Result<Bytes, Damage> {
    let Some(compressed) = section.strip_prefix(&MAGIC) else {
        return Ok(Bytes::from_owner(section));
    };
    let mut bytes = Vec::new();
    // One more tells that there are more.
    Decompressor::new(compressed, PIECE).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(Damage::Broken)?;
    if bytes.len() as u64 > limit {
        return Err(Damage::TooLong);
    }
    Ok(bytes.into())
}

/// Why something cannot be decompressed.
#[derive(Debug)]
pub(crate) enum Damage {
    /// It is not what a compressor wrote.
    Broken(io::Error),
    /// There is more of it than there may be.
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(bytes: Vec<u8>) -> Section {
        Section::held(bytes.into())
    }

    #[test]
    fn it_comes_back_as_it_was() {
        for bytes in [b"\0asm".repeat(1000), b"\0asm short".to_vec(), Vec::new()] {
            let kept = compress(bytes.clone());
            assert!(kept.len() <= bytes.len());
            assert_eq!(kept, compress(bytes.clone()));
            assert_eq!(decompress(section(kept), 4000).unwrap(), bytes);
        }
    }

    #[test]
    fn there_is_a_largest_size() {
        let kept = compress(vec![0; 4000]);
        assert_eq!(decompress(section(kept.clone()), 4000).unwrap().len(), 4000);
        assert!(matches!(decompress(section(kept), 3999), Err(Damage::TooLong)));
    }

    #[test]
    fn what_is_cut_off_or_no_stream_is_an_error() {
        let kept = compress(b"\0asm".repeat(1000));
        for length in MAGIC.len()..kept.len() {
            assert!(matches!(decompress(section(kept[..length].to_vec()), 4000), Err(Damage::Broken(_))), "{length}");
        }
        // Brotli has no checksum: what was altered is told by the section's hash, before it comes here.
        let mut changed = kept.clone();
        changed[MAGIC.len()] ^= 0xff;
        assert!(matches!(decompress(section(changed), 4000), Err(Damage::Broken(_))));
    }
}
