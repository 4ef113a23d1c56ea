use std::fmt;

use blake3::Hasher;

/// A BLAKE3 hash, shown in hexadecimal. At a start it is checked several times as fast as a SHA-256 would be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub(crate) [u8; Self::BYTES]);

impl Digest {
    /// Its length in bytes.
    pub const BYTES: usize = 32;

    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).into())
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// A digest of what comes in pieces.
#[derive(Default)]
pub(crate) struct Digester(Hasher);

impl Digester {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_blake3_in_hexadecimal() {
        let expected = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
        assert_eq!(Digest::of(b"abc").to_string(), expected);
        let mut pieces = Digester::default();
        pieces.add(b"a");
        pieces.add(b"bc");
        assert_eq!(pieces.finish().to_string(), expected);
    }
}
