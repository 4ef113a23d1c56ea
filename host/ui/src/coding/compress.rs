use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Coding;

/// The window of Brotli, as a power of two: 4 MiB, the largest that all browsers take.
const WINDOW: i32 = 22;

/// The largest effort of Brotli.
const QUALITY: i32 = 11;

/// A file compressed as well as can be, which takes seconds for a megabyte, or none if that makes it no smaller. The same bytes give the same bytes.
///
/// It is for what is done once, when a plugin is packed. A launcher does not call it: Brotli's encoder would be a megabyte more of each plugin's file.
pub(crate) fn best(bytes: &[u8], coding: Coding) -> Option<Vec<u8>> {
    // Writing to memory does not fail; if it did, the file would go out as it is.
    let compressed = match coding {
        Coding::Identity => return None,
        Coding::Gzip => gzip(bytes, Compression::best())?,
        Coding::Brotli => {
            let parameters =
                BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
            let mut compressed = Vec::new();
            brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters).ok()?;
            compressed
        }
    };
    smaller(compressed, bytes)
}

/// A file with gzip, for a client that waits for it: a megabyte takes some tens of milliseconds. None if that makes it no smaller.
pub(crate) fn gzip_now(bytes: &[u8]) -> Option<Vec<u8>> {
    smaller(gzip(bytes, Compression::default())?, bytes)
}

fn gzip(bytes: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).and_then(|()| encoder.finish()).ok()
}

fn smaller(compressed: Vec<u8>, bytes: &[u8]) -> Option<Vec<u8>> {
    (compressed.len() < bytes.len()).then_some(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn it_can_be_undone_and_is_the_same_each_time() {
        let text = "const answer = 42; // ".repeat(500).into_bytes();
        for gzip in [best(&text, Coding::Gzip).unwrap(), gzip_now(&text).unwrap()] {
            let mut back = Vec::new();
            flate2::read::GzDecoder::new(&*gzip).read_to_end(&mut back).unwrap();
            assert_eq!(back, text);
        }
        let brotli = best(&text, Coding::Brotli).unwrap();
        let mut back = Vec::new();
        brotli::Decompressor::new(&*brotli, 4096).read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
        assert_eq!(best(&text, Coding::Brotli), Some(brotli));
        assert_eq!(best(&text, Coding::Gzip), best(&text, Coding::Gzip));
    }

    #[test]
    fn what_becomes_no_smaller_is_left_as_it_is() {
        for bytes in [&b""[..], b"x"] {
            for coding in [Coding::Gzip, Coding::Brotli] {
                assert_eq!(best(bytes, coding), None);
            }
            assert_eq!(gzip_now(bytes), None);
        }
        assert_eq!(best(&[b'x'; 1000], Coding::Identity), None);
    }
}
