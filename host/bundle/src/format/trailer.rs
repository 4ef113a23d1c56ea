use super::{Fields, MAGIC, TRAILER_BYTES, VERSION};
use crate::{Digest, Fault, KeyId, Part};

/// How a trailer says that it is not signed.
const UNSIGNED: u32 = 0;

/// How a trailer says that it is signed with Ed25519.
const ED25519: u32 = 1;

/// Who signed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) key: KeyId,
    pub(crate) bytes: [u8; 64],
}

/// The end of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trailer {
    /// The launcher's length.
    pub(crate) launcher: u64,
    /// Where the directory begins.
    pub(crate) directory: u64,
    /// The directory's length.
    pub(crate) directory_bytes: u64,
    /// The file's length.
    pub(crate) file: u64,
    /// The directory's.
    pub(crate) digest: Digest,
    pub(crate) signature: Option<Signature>,
}

impl Trailer {
    /// What a signature covers of it: all before the signature.
    pub(crate) fn signed_part(&self) -> Vec<u8> {
        let (algorithm, key) = self.signature.map_or((UNSIGNED, [0; 16]), |signature| (ED25519, *signature.key.as_bytes()));
        let mut bytes = Vec::with_capacity(TRAILER_BYTES);
        for number in [self.launcher, self.directory, self.directory_bytes, self.file] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(self.digest.as_bytes());
        bytes.extend_from_slice(&algorithm.to_le_bytes());
        bytes.extend_from_slice(&key);
        bytes
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.signed_part();
        bytes.extend_from_slice(&self.signature.map_or([0; 64], |signature| signature.bytes));
        let digest = Digest::of(&bytes);
        bytes.extend_from_slice(digest.as_bytes());
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&MAGIC);
        bytes
    }

    /// `None` for the end of a file without a bundle.
    pub(crate) fn decode(bytes: &[u8; TRAILER_BYTES]) -> Result<Option<Self>, Fault> {
        let Some((hashed, rest)) = bytes.split_first_chunk::<148>() else {
            return Ok(None);
        };
        let mut rest = Fields(rest);
        let (Some(expected), Some(version), Some(MAGIC)) = (rest.bytes().map(Digest), rest.u32(), rest.bytes()) else {
            return Ok(None);
        };
        if version != VERSION {
            return Err(Fault::Version { found: version, known: VERSION });
        }
        let found = Digest::of(hashed);
        if found != expected {
            return Err(Fault::Altered { part: Part::Trailer, expected, found });
        }
        Self::fields(hashed).map(Some)
    }

    fn fields(hashed: &[u8]) -> Result<Self, Fault> {
        let malformed = |what| Fault::Malformed { part: Part::Trailer, what };
        let short = || malformed("too few bytes");
        let mut fields = Fields(hashed);
        let launcher = fields.u64().ok_or_else(short)?;
        let directory = fields.u64().ok_or_else(short)?;
        let directory_bytes = fields.u64().ok_or_else(short)?;
        let file = fields.u64().ok_or_else(short)?;
        let digest = fields.bytes().map(Digest).ok_or_else(short)?;
        let algorithm = fields.u32().ok_or_else(short)?;
        let key = fields.bytes().ok_or_else(short)?;
        let bytes = fields.bytes().ok_or_else(short)?;
        let signature = match algorithm {
            UNSIGNED if key == [0; 16] && bytes == [0; 64] => None,
            UNSIGNED => return Err(malformed("a signature of no kind")),
            ED25519 => Some(Signature { key: KeyId::from_bytes(key), bytes }),
            _ => return Err(malformed("a signature of an unknown kind")),
        };
        Ok(Self { launcher, directory, directory_bytes, file, digest, signature })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trailer() -> Trailer {
        Trailer { launcher: 1, directory: 2, directory_bytes: 3, file: 4, digest: Digest::of(b"d"), signature: None }
    }

    fn array(bytes: &[u8]) -> [u8; TRAILER_BYTES] {
        bytes.try_into().unwrap()
    }

    /// With the hash made anew.
    fn sealed(mut bytes: [u8; TRAILER_BYTES]) -> [u8; TRAILER_BYTES] {
        let digest = Digest::of(&bytes[..148]);
        bytes[148..180].copy_from_slice(digest.as_bytes());
        bytes
    }

    #[test]
    fn what_is_written_is_read() {
        let signed = Trailer { signature: Some(Signature { key: KeyId::from_bytes([5; 16]), bytes: [6; 64] }), ..trailer() };
        for trailer in [trailer(), signed] {
            assert_eq!(Trailer::decode(&array(&trailer.encode())).unwrap(), Some(trailer));
        }
    }

    #[test]
    fn other_ends_are_none_of_ours() {
        assert!(Trailer::decode(&[0; TRAILER_BYTES]).unwrap().is_none());
    }

    #[test]
    fn an_other_version_is_named() {
        let mut bytes = array(&trailer().encode());
        bytes[180] = 1;
        assert!(matches!(Trailer::decode(&bytes), Err(Fault::Version { found: 1, known: VERSION })));
    }

    #[test]
    fn signatures_are_of_a_known_kind_and_absent_ones_are_empty() {
        for at in [64, 68, 84] {
            let mut bytes = array(&trailer().encode());
            bytes[at] = 2;
            assert!(matches!(Trailer::decode(&bytes), Err(Fault::Altered { part: Part::Trailer, .. })));
            let refused = Trailer::decode(&sealed(bytes));
            assert!(matches!(refused, Err(Fault::Malformed { part: Part::Trailer, .. })), "{at}: {refused:?}");
        }
    }
}
