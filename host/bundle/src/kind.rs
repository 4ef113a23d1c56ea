use std::fmt;
use std::str::FromStr;

/// A name that no section can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot name a section: 1 to {max} of a-z, 0-9 and `-` can", max = Kind::BYTES)]
pub struct KindError(String);

/// What a section holds, by its name: 1 to 16 of `a-z`, `0-9` and `-`.
///
/// This crate gives kinds their names and knows nothing of what is in them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind([u8; Self::BYTES]);

impl Kind {
    /// The longest name, in bytes.
    pub const BYTES: usize = 16;

    /// The WebAssembly component, compressed with Brotli where that is smaller: see [`Bundle::component`](crate::Bundle::component).
    pub const COMPONENT: Self = Self(*b"component\0\0\0\0\0\0\0");
    /// The component compiled for one engine and one kind of CPU, and behind it the digest of the section of the component: see
    /// [`Bundle::code`](crate::Bundle::code).
    pub const CODE: Self = Self(*b"code\0\0\0\0\0\0\0\0\0\0\0\0");
    /// What the plugin said of itself, as JSON: the manifest, and what else a launcher has to know before it runs it.
    pub const MANIFEST: Self = Self(*b"manifest\0\0\0\0\0\0\0\0");
    /// The plugin's OpenAPI document by itself, as JSON, for readers of their own: the launcher takes the one in [`Kind::MANIFEST`].
    pub const OPENAPI: Self = Self(*b"openapi\0\0\0\0\0\0\0\0\0");
    /// The files of the plugin's user interface.
    pub const UI: Self = Self(*b"ui\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

    const KNOWN: [Self; 5] = [Self::COMPONENT, Self::CODE, Self::MANIFEST, Self::OPENAPI, Self::UI];

    /// Whether it is one of the constants here. A section of another kind has to be optional.
    #[must_use]
    pub fn is_known(self) -> bool {
        Self::KNOWN.contains(&self)
    }

    /// Its name as in the directory: filled up with zeros.
    pub(crate) const fn padded(self) -> [u8; Self::BYTES] {
        self.0
    }

    /// What is in a directory. `None` for anything but a name and zeros after it.
    pub(crate) fn decode(padded: [u8; Self::BYTES]) -> Option<Self> {
        let mut rest = padded.iter().skip_while(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let named = !padded.starts_with(&[0]);
        (named && rest.all(|byte| *byte == 0)).then_some(Self(padded))
    }
}

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(name: &str) -> Result<Self, KindError> {
        let wrong = || KindError(name.to_owned());
        let mut padded = [0; Self::BYTES];
        padded.get_mut(..name.len()).ok_or_else(wrong)?.copy_from_slice(name.as_bytes());
        Self::decode(padded).filter(|_| !name.contains('\0')).ok_or_else(wrong)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name: String = self.0.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
        f.pad(&name)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kind({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_up_to_16_characters() {
        for name in ["a", "ui", "0-9", "abcdefghijklmnop"] {
            assert_eq!(name.parse::<Kind>().unwrap().to_string(), name);
        }
        for name in ["", "abcdefghijklmnopq", "A", "ä", "a b", "a\0", "\0", "a\0b", "a_b"] {
            assert_eq!(name.parse::<Kind>(), Err(KindError(name.to_owned())), "{name:?}");
        }
    }

    #[test]
    fn the_known_ones_are_names() {
        for (kind, name) in Kind::KNOWN.into_iter().zip(["component", "code", "manifest", "openapi", "ui"]) {
            assert_eq!(name.parse(), Ok(kind));
            assert_eq!(Kind::decode(kind.padded()), Some(kind));
            assert!(kind.is_known());
        }
        assert!(!"other".parse::<Kind>().unwrap().is_known());
    }

    #[test]
    fn after_a_name_come_zeros_alone() {
        assert_eq!(Kind::decode(*b"ui\0\0\0\0\0\0\0\0\0\0\0\0\0x"), None);
        assert_eq!(Kind::decode([0; Kind::BYTES]), None);
        assert_eq!(Kind::decode([b'a'; Kind::BYTES]).unwrap().to_string(), "a".repeat(16));
    }
}
