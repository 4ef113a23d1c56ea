use std::ops::Deref;

use crate::{Digest, Section};

/// A component's code, which a [`Bundle`](crate::Bundle) has and which was made of the component in it.
#[derive(Debug, Clone)]
pub struct Code {
    section: Section,
    length: usize,
}

impl Code {
    /// What a section of code holds, if it has an end that names a component: the code, and the digest of the component's section.
    pub(crate) fn of(section: Section) -> Option<(Self, Digest)> {
        let (code, digest) = section.split_last_chunk::<{ Digest::BYTES }>()?;
        let (length, digest) = (code.len(), Digest(*digest));
        Some((Self { section, length }, digest))
    }

    /// Whether the bytes are mapped: see [`Section::is_mapped`].
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        self.section.is_mapped()
    }
}

impl Deref for Code {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.section.get(..self.length).unwrap_or_default()
    }
}
