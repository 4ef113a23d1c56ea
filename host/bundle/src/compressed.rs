//! A section that is read in full or not at all, and seldom: it is compressed with gzip (RFC 1952), if that makes it smaller.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::Section;

/// What gzip begins with. A component begins with `\0asm`.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// `bytes` as they are kept. The same bytes give the same.
pub(crate) fn compress(bytes: Vec<u8>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    match encoder.write_all(&bytes).and_then(|()| encoder.finish()) {
        Ok(compressed) if compressed.len() < bytes.len() => compressed,
        // Writing to memory does not fail.
        Ok(_) | Err(_) => bytes,
    }
}

/// What was compressed, of which there may be as many bytes as `limit` says.
pub(crate) fn decompress(section: Section, limit: u64) -> Result<Bytes, Damage> {
    if !section.starts_with(&MAGIC) {
        return Ok(Bytes::from_owner(section));
    }
    let mut bytes = Vec::new();
    // One more tells that there are more.
    GzDecoder::new(&*section).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(Damage::Broken)?;
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
    fn what_is_cut_off_or_changed_is_an_error() {
        let kept = compress(b"\0asm".repeat(1000));
        for length in 2..kept.len() {
            assert!(matches!(decompress(section(kept[..length].to_vec()), 4000), Err(Damage::Broken(_))), "{length}");
        }
        let mut changed = kept.clone();
        // In the checksum at its end.
        changed[kept.len() - 6] ^= 1;
        assert!(matches!(decompress(section(changed), 4000), Err(Damage::Broken(_))));
    }
}
