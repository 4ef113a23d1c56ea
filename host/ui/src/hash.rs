use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The bytes of a SHA-256 that tell one file from another: 16. More make headers longer, and nobody has to be kept from finding two files alike but their author.
const BYTES: usize = 16;

/// The first half of a SHA-256, as 32 hexadecimal digits.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(BYTES).fold(String::with_capacity(2 * BYTES), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a text is what [`hash`] gives.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 2 * BYTES && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_half_a_sha_256() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223");
        assert!(is_hash(&hash(b"abc")));
        for text in
            ["", "ba7816bf8f01cfea414140de5dae222", "BA7816BF8F01CFEA414140DE5DAE2223", "ba7816bf8f01cfea414140de5dae222\""]
        {
            assert!(!is_hash(text), "{text}");
        }
    }
}
