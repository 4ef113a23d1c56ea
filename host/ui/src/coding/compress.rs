use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Coding, Effort};

/// The window of Brotli, as a power of two: 4 MiB, the largest that all browsers take.
const WINDOW: i32 = 22;

/// A file compressed, or none if that makes it no smaller. The same bytes and effort give the same bytes.
pub(crate) fn compress(bytes: &[u8], coding: Coding, effort: Effort) -> Option<Vec<u8>> {
    // Writing to memory does not fail; if it did, the file would go out as it is.
    let compressed = match coding {
        Coding::Identity => return None,
        Coding::Gzip => {
            let level = match effort {
                Effort::Best => Compression::best(),
                Effort::Moderate => Compression::default(),
            };
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Coding::Brotli => {
            let quality = match effort {
                Effort::Best => 11,
                Effort::Moderate => 5,
            };
            let parameters =
                BrotliEncoderParams { quality, lgwin: WINDOW, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
            let mut compressed = Vec::new();
            brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters).map(|_| compressed)
        }
    };
    compressed.ok().filter(|compressed| compressed.len() < bytes.len())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    const EFFORTS: [Effort; 2] = [Effort::Best, Effort::Moderate];

    #[test]
    fn it_can_be_undone_and_is_the_same_each_time() {
        let text = "const answer = 42; // ".repeat(500).into_bytes();
        for effort in EFFORTS {
            let gzip = compress(&text, Coding::Gzip, effort).unwrap();
            let mut back = Vec::new();
            flate2::read::GzDecoder::new(&*gzip).read_to_end(&mut back).unwrap();
            assert_eq!(back, text);
            let brotli = compress(&text, Coding::Brotli, effort).unwrap();
            let mut back = Vec::new();
            brotli::Decompressor::new(&*brotli, 4096).read_to_end(&mut back).unwrap();
            assert_eq!(back, text);
            assert_eq!(compress(&text, Coding::Gzip, effort), Some(gzip));
            assert_eq!(compress(&text, Coding::Brotli, effort), Some(brotli));
        }
    }

    #[test]
    fn what_becomes_no_smaller_is_left_as_it_is() {
        for (coding, effort) in [(Coding::Gzip, Effort::Best), (Coding::Brotli, Effort::Moderate)] {
            assert_eq!(compress(b"", coding, effort), None);
            assert_eq!(compress(b"x", coding, effort), None);
        }
        assert_eq!(compress(&[b'x'; 1000], Coding::Identity, Effort::Best), None);
    }
}
